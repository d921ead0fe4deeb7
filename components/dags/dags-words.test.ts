import { describe, expect, test } from 'vitest';
import { DagDocument } from '@/lib/contracts';
import { parseYaml } from '@/lib/platform/yaml';
import { countTasks, dagHref, endOf, FIRST_DEFINITION, placeOf } from './dags-words';

test('the definition that is shown to begin with is one', () => {
  expect(DagDocument.safeParse(parseYaml(FIRST_DEFINITION).value).error?.issues).toBeUndefined();
});

describe('words', () => {
  test('of sizes', () => {
    expect(countTasks(1, 0)).toBe('1 task, no checkpoint');
    expect(countTasks(3, 1)).toBe('3 tasks, 1 checkpoint');
    expect(countTasks(30, 3)).toBe('30 tasks, 3 checkpoints');
  });

  test('of ends and places', () => {
    expect(endOf({ status: 'failed', reason: 'gate would be rejected' })).toBe(
      'The run fails: gate would be rejected.',
    );
    expect(endOf({ status: 'succeeded', reason: null })).toBe('The run succeeds.');
    expect(placeOf({ pointer: '/tasks/0', detail: '', line: 3, column: 9 })).toBe('line 3, column 9');
    expect(placeOf({ pointer: '/tasks/0', detail: '' })).toBe('/tasks/0');
    expect(placeOf({ pointer: '', detail: '' })).toBe('in the whole');
  });

  test('of addresses', () => {
    expect(dagHref('weekly.1')).toBe('/dags/weekly.1');
    expect(dagHref('weekly', 3)).toBe('/dags/weekly?version=3');
  });
});
