import { expect, test } from 'vitest';
import { journeyFailures, vitestFailures } from './test-failures.ts';

test('failed tests are named with their file and their reason, passed ones are not', () => {
  const assertionResults = [
    { fullName: 'two and two', status: 'failed', failureMessages: ['expected 5 to be 4'] },
    { fullName: 'one and one', status: 'passed', failureMessages: [] },
  ];
  const failures = vitestFailures({ testResults: [{ name: 'sum.test.ts', status: 'failed', assertionResults }] });
  expect(failures).toEqual(['sum.test.ts › two and two\n    expected 5 to be 4']);
});

test('a file that cannot be loaded is a failure of its own', () => {
  const testResults = [{ name: 'sum.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }];
  expect(vitestFailures({ testResults })).toEqual(['sum.test.ts › \n    no such module']);
});

test('failed journeys are found however deep they are described', () => {
  const spec = (title: string, ok: boolean) => ({
    title,
    ok,
    tests: [{ results: [ok ? {} : { error: { message: 'timed out' } }] }],
  });
  const suites = [
    { file: 'a.spec.ts', suites: [{ file: 'a.spec.ts', specs: [spec('in', false), spec('out', true)] }] },
  ];
  expect(journeyFailures({ suites })).toEqual(['a.spec.ts › in\n    timed out']);
});
