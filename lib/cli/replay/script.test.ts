import { describe, expect, test } from 'vitest';
import { readLog } from './log';
import { peopleNeeded, type Script, toScript } from './script';

const FIXTURE = `${import.meta.dirname}/fixture.jsonl`;
const cases = await readLog(FIXTURE, Number.POSITIVE_INFINITY);

/** `!` marks what is late; a number the level of a vote, with a letter for whose of that role it is. */
function draw({ submissions }: Script): string {
  const shown = submissions.map(({ acts, outcome }) => {
    const drawn = acts.map((act) => {
      const what = act.does === 'cancel' ? 'cancel' : `${act.does} ${act.role}${'abc'.charAt(act.vote)}`;
      return `${what}${act.late ? '!' : ''}`;
    });
    return `${drawn.join(', ')} → ${outcome}`;
  });
  return shown.join(' | ');
}

test.each([
  [0, 'approve ADMINISTRATIONa, approve BUDGET OWNERa, approve SUPERVISORa → approved'],
  [1, 'approve PRE_APPROVERa, reject SUPERVISORa → rejected'],
  [2, 'reject ADMINISTRATIONa, cancel! → rejected | approve ADMINISTRATIONa, approve SUPERVISORa → approved'],
  [3, 'approve SUPERVISORa, cancel! → approved'],
  [4, 'approve ADMINISTRATIONa → open'],
  [5, 'approve ADMINISTRATIONa, cancel → cancelled'],
  [6, ''],
  [7, 'approve ADMINISTRATIONa, approve ADMINISTRATIONb, approve SUPERVISORa, approve SUPERVISORb! → approved'],
  [8, 'reject ADMINISTRATIONa → rejected | cancel → cancelled'],
  [9, 'approve ADMINISTRATIONa → open | reject SUPERVISORa → rejected'],
])('case %i of the fixture is played as: %s', (index, drawn) => {
  const logged = cases[index];
  expect(logged && draw(toScript(logged))).toBe(drawn);
});

describe('what is not understood is not guessed', () => {
  const logged = (activity: string) => ({
    case_id: 'x',
    amount_cents: 1,
    events: ['Declaration SUBMITTED by EMPLOYEE', activity].map((name) => ({
      at: '2024-01-01T00:00:00Z',
      activity: name,
      role: '',
    })),
  });

  test('a new kind of activity about a declaration stops the replay', () =>
    expect(() => toScript(logged('Declaration ESCALATED by SUPERVISOR'))).toThrow('is unknown'));

  test('so does a decision of a role that decides nothing', () =>
    expect(() => toScript(logged('Declaration APPROVED by DIRECTOR'))).toThrow('DIRECTOR decides nothing'));

  test('what is about something else is passed over', () =>
    expect(draw(toScript(logged('Payment Handled')))).toBe(' → open'));
});

test('a decision before any submission is about no request', () => {
  const events = [{ at: '2024-01-01T00:00:00Z', activity: 'Declaration REJECTED by MISSING', role: 'MISSING' }];
  expect(toScript({ case_id: 'x', amount_cents: 1, events })).toEqual({ submissions: [], unaskedFor: 1 });
});

test('there are as many people of a role as vote on one submission', () => {
  const scripts = cases.map(toScript);
  expect(peopleNeeded(scripts)).toBe(2);
  expect(peopleNeeded([])).toBe(2);
});

test('a line that is not a case is named', async () => {
  await expect(readLog(`${import.meta.dirname}/script.ts`, 5)).rejects.toThrow('script.ts:1 is not JSON');
  await expect(readLog(`${import.meta.dirname}/nothing.jsonl`, 5)).rejects.toThrow('ENOENT');
});
