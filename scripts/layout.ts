import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.dirname(import.meta.dirname);
export const MIGRATIONS = path.join(ROOT, 'prisma/migrations');

/**
 * Where this instance keeps its state: `.data` in the checkout, or COUNTERSIGN_DATA_DIR. Other accounts may pass through it
 * (the embedded database runs as one when we are root) but not list it, and what is secret in it has its own mode.
 */
export function dataDir(): string {
  const dir = path.resolve(ROOT, process.env.COUNTERSIGN_DATA_DIR || '.data');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    accessSync(dir, constants.W_OK);
  } catch (error) {
    throw explained(
      `This account may not write to ${dir}.`,
      'Run this as the account that it belongs to, or set COUNTERSIGN_DATA_DIR to a directory of your own.',
      error,
    );
  }
  return dir;
}

/** A new directory for something that will be thrown away, which other accounts may pass through like the data directory. */
export function temporaryDir(purpose: string): string {
  const dir = mkdtempSync(path.join(tmpdir(), `countersign-${purpose}-`));
  chmodSync(dir, 0o711);
  return dir;
}

/** An error that a person can do something about: printed without a stack, with what to do on the next line. */
export function explained(message: string, hint: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { hint });
}

/** How long something took, for people: `0.4 s`, `3 min 12 s`. */
export function describeDuration(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
