import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Operation, operations } from '@/lib/contracts';
import { isApiPath } from './api';
import { routes } from './handlers';
import { MCP_PATH, mcp } from './mcp';
import { notOffered } from './not-offered';
import { makeRouteTable } from './routing';

// Two doors serve the operations: the server's own (through `routes`) and Next's (through `app/**/route.ts`). What they answer is
// compared, process beside process, in doors.torture.test.ts; here, that both have the same things to serve.
const all: Operation[] = Object.values(operations);
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

describe('the direct door', () => {
  test('serves every operation once', () => {
    expect(routes.map(({ operation }) => operation.id).sort()).toEqual(all.map(({ id }) => id).sort());
  });

  test('finds each by its method and path, and says what else a path allows', () => {
    const table = makeRouteTable(routes);
    for (const { id, method, path: pattern } of all) {
      const pathname = pattern.replace(/\{\w+\}/g, 'x');
      const found = table.find(method, pathname);
      expect([id, found !== null && 'route' in found ? found.route.operation.id : found]).toEqual([id, id]);
      const siblings = all.filter((other) => other.path === pattern).map((other) => other.method as string);
      const missing = METHODS.filter((each) => each !== 'OPTIONS' && !siblings.includes(each));
      for (const other of missing) {
        const allow = [...siblings, ...(siblings.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
        expect([id, other, table.find(other, pathname)]).toEqual([id, other, { allow }]);
      }
    }
  });

  test('finds nothing for a path that is only like one', () => {
    const table = makeRouteTable(routes);
    for (const pathname of [
      '/api/v1',
      '/api/v1/',
      '/api/v1/me/',
      '/api/v1//me',
      '/API/v1/me',
      '/api/v1/Me',
      '/api/v1/me%20',
      '/api/v1/%6de',
      '/api%2Fv1/me',
      '/api/v1/policy/requests/',
      '/api/v1/policy/requests//approve',
      '/api/v1/policy/requests/{id}',
      '/api/v1/policy/requests/{id}/approve',
      '/api/v1/policy/requests/x/approve/',
      '/api/v1/policy/requests/x/approve/y',
      '/api/v1/policy/requests/x/constructor',
      '/__proto__',
    ]) {
      expect([pathname, table.find('GET', pathname)]).toEqual([pathname, null]);
    }
  });
});

/** The path that Next gives to a route file: `app/api/v1/keys/[id]/route.ts` is `/api/v1/keys/{id}`. */
function toPath(file: string): string {
  return `/${path.dirname(path.relative('app', file))}`.replace(/\[(\w+)\]/g, '{$1}').replace(/\/\([^)]+\)/g, '');
}

describe('Next’s door', () => {
  const files = globSync('app/**/route.ts').filter((file) => !file.includes('[...'));
  const byPath = new Map(files.map((file) => [toPath(file), file]));
  const paths = [...new Set(all.map((operation) => operation.path))];

  test('has a route file for every path of an operation', () => {
    expect(paths.filter((each) => !byPath.has(each))).toEqual([]);
  });

  test.each(paths)('%s: every method is the very handler of the direct door, or what answers 405', async (pattern) => {
    const file = path.resolve(byPath.get(pattern) ?? '');
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const method of METHODS) {
      const route = routes.find(({ operation }) => operation.method === method && operation.path === pattern);
      expect([method, module[method] === (route ?? notOffered)]).toEqual([method, true]);
    }
  });
});

test('the Model Context Protocol is no operation, and both doors have the very same handler for it', async () => {
  expect(all.filter(({ path: each }) => each === MCP_PATH)).toEqual([]);
  expect(isApiPath(MCP_PATH)).toBe(true);
  const module = (await import(pathToFileURL(path.resolve('app/mcp/route.ts')).href)) as Record<string, unknown>;
  expect(METHODS.filter((method) => module[method] !== mcp)).toEqual([]);
});
