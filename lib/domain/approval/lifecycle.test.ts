import { expect, test } from 'vitest';
import { aJob, aPerson, aRequest, aServiceKey, aSession, later, MIDNIGHT, NOON } from '@/lib/testing/builders';
import { type Command, type Commander, type Decided, decide } from './decide';
import { APPROVAL_STATUSES } from './status';
import { APPROVAL_EVENT_TYPES, TRANSITIONS, transitionsFrom } from './transitions';

const ada = aPerson('ada', 3);
const byAda: Commander = { actor: aSession(ada), reviewer: ada, at: NOON };
const byWorker: Commander = { actor: aJob(), reviewer: null, at: NOON };

/** Every command, given by somebody who may give it, at a time when it may be given. */
const COMMANDS: { command: Command; by: Commander }[] = [
  { command: { type: 'approve' }, by: byAda },
  { command: { type: 'reject', notes: 'Duplicate invoice' }, by: byAda },
  { command: { type: 'escalate', reason: 'Nobody decided in time' }, by: byWorker },
  { command: { type: 'expire' }, by: { ...byWorker, at: MIDNIGHT } },
  { command: { type: 'cancel', reason: 'No longer needed' }, by: { actor: aServiceKey(), reviewer: null, at: NOON } },
  { command: { type: 'comment', text: 'March or April?' }, by: byAda },
];

function drawGrid(show: (decided: Decided) => string): string {
  const widths = [10, ...APPROVAL_STATUSES.map(() => 24)];
  const row = (cells: readonly string[]) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('');
  const lines = COMMANDS.map(({ command, by }) => {
    const cells = APPROVAL_STATUSES.map((status) => {
      const decided = decide(aRequest({ status }), [], command, by);
      return decided.ok ? show(decided.value) : '.';
    });
    return row([command.type, ...cells]);
  });
  return [row(['', ...APPROVAL_STATUSES]), ...lines].map((line) => `\n${line.trimEnd()}`).join('');
}

// biome-ignore format: a grid
const STATES = `
          pending                 escalated               approved                rejected                expired                 cancelled
approve   approved                approved                .                       .                       .                       .
reject    rejected                rejected                .                       .                       .                       .
escalate  escalated               escalated               .                       .                       .                       .
expire    expired                 expired                 .                       .                       .                       .
cancel    cancelled               cancelled               .                       .                       .                       .
comment   pending                 escalated               approved                rejected                expired                 cancelled`;

test('the lifecycle is exactly this grid', () => expect(drawGrid(({ to }) => to)).toBe(STATES));

// biome-ignore format: a grid
const EVENTS = `
          pending                 escalated               approved                rejected                expired                 cancelled
approve   approval.approved       approval.approved       .                       .                       .                       .
reject    approval.rejected       approval.rejected       .                       .                       .                       .
escalate  approval.escalated      approval.escalated      .                       .                       .                       .
expire    approval.expired        approval.expired        .                       .                       .                       .
cancel    approval.cancelled      approval.cancelled      .                       .                       .                       .
comment   approval.commented      approval.commented      approval.commented      approval.commented      approval.commented      approval.commented`;

test('every change of state writes exactly these events', () => expect(drawGrid(({ event }) => event)).toBe(EVENTS));

// What the writer asks of the clock once it holds its locks.
// biome-ignore format: a grid
const TIMING = `
          pending                 escalated               approved                rejected                expired                 cancelled
approve   before_expiry           before_expiry           .                       .                       .                       .
reject    before_expiry           before_expiry           .                       .                       .                       .
escalate  at_escalation           at_escalation           .                       .                       .                       .
expire    at_expiry               at_expiry               .                       .                       .                       .
cancel    before_expiry           before_expiry           .                       .                       .                       .
comment   any                     any                     any                     any                     any                     any`;

test('every change of state is bound to the clock like this', () =>
  expect(drawGrid(({ timing }) => timing)).toBe(TIMING));

test('at and after its expiry an open request can only expire, or be commented on', () => {
  for (const late of [MIDNIGHT, later(MIDNIGHT, 1)]) {
    const possible = COMMANDS.filter(({ command, by }) => decide(aRequest(), [], command, { ...by, at: late }).ok);
    expect(possible.map(({ command }) => command.type)).toEqual(['expire', 'comment']);
  }
});

test('one millisecond before its expiry everything but expiring is possible', () => {
  const at = later(MIDNIGHT, -1);
  const possible = COMMANDS.filter(({ command, by }) => decide(aRequest(), [], command, { ...by, at }).ok);
  expect(possible.map(({ command }) => command.type)).toEqual(['approve', 'reject', 'escalate', 'cancel', 'comment']);
});

test('who comes second learns the state that won, by whom and when', () => {
  const resolved = { resolvedAt: NOON, resolvedBy: 'usr_ben' };
  const approve = (status: 'approved' | 'rejected' | 'expired' | 'cancelled') =>
    decide(aRequest({ status, ...resolved }), [], { type: 'approve' }, byAda);
  const winner = { resolved_by: 'usr_ben', resolved_at: '2026-01-14T12:00:00.000Z' };
  for (const state of ['approved', 'rejected', 'cancelled'] as const) {
    expect(approve(state)).toEqual({
      ok: false,
      error: { code: 'request/already-resolved', detail: `It is ${state}.`, extra: { state, ...winner } },
    });
  }
  expect(approve('expired')).toEqual({
    ok: false,
    error: { code: 'request/expired', detail: 'It is expired.', extra: { state: 'expired', ...winner } },
  });
});

test('a late decision gets the same code before the sweep has come by and after', () => {
  const late = { ...byAda, at: MIDNIGHT };
  const before = decide(aRequest(), [], { type: 'approve' }, late);
  const since = decide(aRequest({ status: 'expired', resolvedAt: MIDNIGHT }), [], { type: 'approve' }, late);
  for (const answer of [before, since]) {
    expect(answer).toMatchObject({ ok: false, error: { code: 'request/expired', extra: { state: 'expired' } } });
  }
});

test('the buttons of every state follow from the table', () => {
  const buttons = Object.fromEntries(APPROVAL_STATUSES.map((status) => [status, transitionsFrom(status).join(' ')]));
  expect(buttons).toEqual({
    pending: 'approve reject escalate expire cancel',
    escalated: 'approve reject escalate expire cancel',
    approved: '',
    rejected: '',
    expired: '',
    cancelled: '',
  });
});

test('these are the permissions that each transition asks for', () => {
  const asked = Object.entries(TRANSITIONS).map(([name, { permission }]) => `${name}: ${permission}`);
  expect(asked).toEqual([
    'approve: requests:decide',
    'reject: requests:decide',
    'escalate: system',
    'expire: system',
    'cancel: requests:create',
  ]);
});

test('these are the events, and so the webhook types, of a request', () => {
  expect(APPROVAL_EVENT_TYPES).toEqual([
    'approval.created',
    'approval.review_recorded',
    'approval.commented',
    'approval.approved',
    'approval.rejected',
    'approval.escalated',
    'approval.expired',
    'approval.cancelled',
  ]);
});
