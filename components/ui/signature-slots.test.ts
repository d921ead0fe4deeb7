import { describe, expect, test } from 'vitest';
import { countSigners, describeSlots, type Signable, toSignatureSlots, type Viewer } from './signature-slots';

const vote = (name: string, level: number, over: Partial<Signable['approvers'][number]> = {}) => ({
  name,
  level,
  decision: 'approve' as const,
  notes: null,
  stale: false,
  at: '2026-01-14T09:41:00Z',
  ...over,
});

const aRequest = (over: Partial<Signable> = {}): Signable => ({
  status: 'pending',
  required_level: 4,
  current_level: 0,
  min_approvals: 1,
  approvals_count: 0,
  resolved_at: null,
  approvers: [],
  ...over,
});

/** `Oz Demir/2` signed, `(4)` an open slot that needs level 4, `(any)` anyone's, a trailing `!` is the viewer's own. */
const draw = (request: Signable, viewer?: Viewer) =>
  toSignatureSlots(request, viewer)
    .map((slot) => {
      if ('name' in slot) return `${slot.state === 'rejected' ? '~' : ''}${slot.name}/${slot.level}`;
      const mark = { open: '', mine: '!', expired: ' expired', cancelled: ' cancelled' }[slot.state];
      return `(${slot.level ?? 'any'})${mark}`;
    })
    .join(' ');

const oz = { approvers: [vote('Oz Demir', 2)], current_level: 2, approvals_count: 1 };

describe('a line shows one slot for every signature a request still needs', () => {
  test('one signature at the required level', () => expect(draw(aRequest())).toBe('(4)'));
  test('a lower signature counts and the level stays missing', () =>
    expect(draw(aRequest({ ...oz, min_approvals: 2 }))).toBe('Oz Demir/2 (4)'));
  test('a lower signature on a request for one leaves the level slot', () =>
    expect(draw(aRequest(oz))).toBe('Oz Demir/2 (4)'));
  test('once the level is there, the others may be anyone', () =>
    expect(
      draw(aRequest({ min_approvals: 3, approvers: [vote('Ada', 4)], current_level: 4, approvals_count: 1 })),
    ).toBe('Ada/4 (any) (any)'));
  test('a stale vote is not on the line', () =>
    expect(draw(aRequest({ approvers: [vote('Oz Demir', 2, { stale: true })] }))).toBe('(4)'));
});

describe('the slot that is mine is one that my signature would fill', () => {
  test('enough level', () => expect(draw(aRequest(), { canSign: true, level: 4 })).toBe('(4)!'));
  test('not enough level for the only slot', () => expect(draw(aRequest(), { canSign: true, level: 2 })).toBe('(4)'));
  test('not enough level, but another slot is for anyone', () =>
    expect(draw(aRequest({ min_approvals: 2 }), { canSign: true, level: 2 })).toBe('(4) (any)!'));
  test('may not sign, whatever the level', () => expect(draw(aRequest(), { canSign: false, level: 5 })).toBe('(4)'));
});

describe('the end of a request shows on its line', () => {
  test('approved', () =>
    expect(
      draw(aRequest({ status: 'approved', approvers: [vote('Oz Demir', 2), vote('Ada', 4)], approvals_count: 2 })),
    ).toBe('Oz Demir/2 Ada/4'));
  test('rejected keeps who had signed and strikes who refused', () =>
    expect(
      draw(
        aRequest({ ...oz, status: 'rejected', approvers: [...oz.approvers, vote('Ada', 4, { decision: 'reject' })] }),
      ),
    ).toBe('Oz Demir/2 ~Ada/4'));
  test('expired and cancelled keep the slots that stayed empty', () => {
    expect(draw(aRequest({ ...oz, status: 'expired' }))).toBe('Oz Demir/2 (4) expired');
    expect(draw(aRequest({ status: 'cancelled', min_approvals: 2 }))).toBe('(4) cancelled (any) cancelled');
  });
  test('without a vote, policy decided', () => {
    expect(draw(aRequest({ status: 'approved' }))).toBe('Policy/null');
    expect(draw(aRequest({ status: 'rejected' }))).toBe('~Policy/null');
  });
});

test('the line can be heard', () => {
  const words = (request: Signable, viewer?: Viewer) => describeSlots(toSignatureSlots(request, viewer));
  expect(words(aRequest())).toBe('0 of 1 signed');
  expect(words(aRequest({ ...oz, min_approvals: 2 }), { canSign: true, level: 4 })).toBe(
    '1 of 2 signed, yours to sign',
  );
  expect(words(aRequest({ status: 'approved' }))).toBe('signed');
  expect(words(aRequest({ ...oz, status: 'expired' }))).toBe('1 of 2 signed, expired');
  expect(words(aRequest({ status: 'rejected' }))).toBe('rejected');
});

// The guarantee: a slot never promises a person who is already needed for another one.
test('who has a slot of their own is not counted for the others', () => {
  const counts = (request: Signable, signers: Parameters<typeof countSigners>[2], canSign = true) => {
    const slots = toSignatureSlots(request, { canSign, level: 4 });
    return slots.map((slot) => `${slot.state} ${countSigners(slot, slots, signers)}`);
  };
  const you = { level: 4, you: true };
  const lower = { level: 2, you: false };
  const needsTwo = aRequest({ min_approvals: 2 });
  expect(counts(needsTwo, [you])).toEqual(['mine 1', 'open 0']);
  expect(counts(needsTwo, [you, lower])).toEqual(['mine 1', 'open 1']);
  expect(counts(needsTwo, [you, lower], false)).toEqual(['open 1', 'open 2']);
});
