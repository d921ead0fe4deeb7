/**
 * Runs around every file of unit tests. They share one process and its modules, each loaded once: a file that leaves its settings, its
 * clock or its globals behind fails itself here, and not at random whichever comes next.
 */
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';

const REPLACEABLE = ['Date', 'crypto', 'document', 'fetch', 'navigator', 'setTimeout', 'window'];

let before: Map<string, unknown>;

beforeAll(() => {
  resetEnv();
  before = whatIsShared();
});

afterAll(() => {
  const after = whatIsShared();
  const names = new Set([...before.keys(), ...after.keys()]);
  // The names alone: what a setting says may be a secret.
  const changed = [...names].filter((name) => before.get(name) !== after.get(name));
  expect(changed, `The file leaves behind: ${changed.join(', ')}`).toEqual([]);
});

function whatIsShared(): Map<string, unknown> {
  return new Map<string, unknown>([
    ['the working directory', process.cwd()],
    ['fake timers', vi.isFakeTimers()],
    ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
    ...REPLACEABLE.map((name) => [name, Reflect.get(globalThis, name)] as const),
  ]);
}
