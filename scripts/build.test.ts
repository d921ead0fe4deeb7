import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SOURCES } from './build.ts';
import { ROOT } from './layout.ts';

test('what a build is made of is there, so that a change of it is noticed', () => {
  expect(SOURCES.filter((source) => !existsSync(path.join(ROOT, source)))).toEqual([]);
});
