import { expect, test } from 'vitest';
import { describeConsequence, type Piece } from './consequence';
import { anEvent, aResource } from './fixtures';

function say(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : 'name' in piece ? piece.name : piece.code))
    .join('');
}

test('the last signature says what it sets free', () => {
  expect(say(describeConsequence(aResource(), 'pending', 3))).toBe(
    'If you approve, billing-bot may run payments.transfer with exactly this payload.',
  );
});

test('a signature that is not the last says what is still missing', () => {
  const tail = (over: Parameters<typeof aResource>[0], level: number) =>
    say(describeConsequence(aResource(over), 'pending', level)).split(' once ')[1];
  expect(tail({ required_level: 4 }, 2)).toBe('somebody of level 4 has signed too.');
  expect(tail({ min_approvals: 2 }, 3)).toBe('one more person has signed too.');
  expect(tail({ min_approvals: 4, approvals_count: 1 }, 3)).toBe('2 more people have signed too.');
  expect(tail({ min_approvals: 3, required_level: 4 }, 2)).toBe(
    '2 more people have, one of them at level 4, signed too.',
  );
  expect(tail({ min_approvals: 2, required_level: 4 }, 2)).toBe('somebody of level 4 has signed too.');
  expect(tail({ min_approvals: 2, required_level: 4, current_level: 4, approvals_count: 1 }, 1)).toBeUndefined();
});

test('where nobody can finish it, nothing is promised', () => {
  const request = aResource({ min_approvals: 3 });
  expect(say(describeConsequence(request, 'pending', 3, false))).toBe(
    'If you approve, your signature is recorded. That alone lets nothing run.',
  );
  expect(say(describeConsequence(request, 'pending', 3, true))).toMatch(/once 2 more people have signed too\.$/);
});

test('who cannot sign reads what an approval would mean', () => {
  expect(say(describeConsequence(aResource(), 'escalated', null))).toBe(
    'Once approved, billing-bot may run payments.transfer with exactly this payload.',
  );
});

test('what is over says what became of it', () => {
  const end = (state: 'approved' | 'rejected' | 'expired' | 'cancelled', over = {}) =>
    say(describeConsequence(aResource(over), state, null));
  expect(end('approved')).toBe('billing-bot may run payments.transfer with exactly this payload.');
  expect(end('rejected')).toBe('billing-bot may not run payments.transfer.');
  expect(end('expired')).toBe('Nobody decided in time: billing-bot may not run payments.transfer.');
  expect(end('expired', { approvals_count: 1 })).toMatch(/^Not everybody signed in time/);
  expect(end('cancelled')).toBe('It was taken back before anybody decided: billing-bot may not run payments.transfer.');
});

test('without an agent it is who asked, and without a name the credential', () => {
  const who = (over: Parameters<typeof aResource>[0]) =>
    say(describeConsequence(aResource({ agent_id: null, ...over }), 'approved', null)).split(' ')[0];
  expect(who({ requested_by: 'nightly' })).toBe('nightly');
  expect(who({ status_history: [anEvent({ actor_name: 'ci' })] })).toBe('ci');
});

test('what a checkpoint sets free is its run', () => {
  const checkpoint = {
    run_id: 'run_1',
    task_id: 'agree',
    prompt: 'Send it?',
    inputs_schema: null,
    required_signers: [],
  };
  const said = (...rest: [Parameters<typeof describeConsequence>[1], number | null, boolean?]) =>
    say(describeConsequence(aResource({ kind: 'checkpoint', checkpoint, min_approvals: 1 }), ...rest));
  expect(said('pending', 3)).toBe('If you approve, the run goes on after agree by itself.');
  expect(said('pending', null)).toBe('Once approved, the run goes on after agree.');
  expect(said('pending', 1)).toMatch(/^If you approve, your signature is recorded\. The run goes on after agree once /);
  expect(said('approved', null)).toBe('The run went on after agree.');
  expect(said('rejected', null)).toBe('The run did not pass agree: its definition says what became of it.');
});
