import type { ApprovalStatus } from '@/lib/domain/approval';

/** One place for a name on the signature line. `level` is null where any level will do, or where policy signed. */
export type SignatureSlot =
  | { state: 'signed' | 'rejected'; name: string; level: number | null; at: string | null; note: string | null }
  | { state: 'open' | 'mine' | 'expired' | 'cancelled'; level: number | null };

/** What the line is drawn from: a request as every endpoint returns it, or the part of it that a list has. */
export interface Signable {
  status: ApprovalStatus;
  required_level: number;
  current_level: number;
  min_approvals: number;
  approvals_count: number;
  resolved_at: string | null;
  approvers: readonly {
    name: string;
    level: number;
    decision: 'approve' | 'reject';
    notes: string | null;
    stale: boolean;
    at: string;
  }[];
}

/** Who is looking: whether they may decide this request, and at which level. */
export interface Viewer {
  canSign: boolean;
  level: number;
}

/** The slots still missing: one carries the required level until somebody with that authority signs, the others are for anyone. */
function missingLevels(request: Signable): (number | null)[] {
  const levelMissing = request.current_level < request.required_level;
  const count = Math.max(request.min_approvals - request.approvals_count, levelMissing ? 1 : 0);
  return Array.from({ length: count }, (_, index) => (levelMissing && index === 0 ? request.required_level : null));
}

function openSlots(request: Signable, viewer: Viewer | undefined): SignatureSlot[] {
  const levels = missingLevels(request);
  const mine = viewer?.canSign ? levels.findIndex((level) => viewer.level >= (level ?? 1)) : -1;
  return levels.map((level, index) => ({ state: index === mine ? 'mine' : 'open', level }));
}

/**
 * The signature line of a request: first the names that count, then a slot for each signature it still needs. A rejection takes
 * the place of what was missing. Where nobody voted on a resolved request, policy decided it at creation.
 */
export function toSignatureSlots(request: Signable, viewer?: Viewer): SignatureSlot[] {
  const votes = request.approvers.filter((vote) => !vote.stale);
  const slots: SignatureSlot[] = votes.map(({ decision, name, level, at, notes }) => ({
    state: decision === 'approve' ? 'signed' : 'rejected',
    name,
    level,
    at,
    note: notes,
  }));
  const byPolicy = { name: 'Policy', level: null, at: request.resolved_at, note: null };
  switch (request.status) {
    case 'pending':
    case 'escalated':
      return [...slots, ...openSlots(request, viewer)];
    case 'approved':
      return slots.length > 0 ? slots : [{ state: 'signed', ...byPolicy }];
    case 'rejected':
      return slots.some((slot) => slot.state === 'rejected') ? slots : [...slots, { state: 'rejected', ...byPolicy }];
    case 'expired':
    case 'cancelled': {
      const state = request.status;
      return [...slots, ...missingLevels(request).map((level) => ({ state, level }))];
    }
  }
}

/** The line in words, for who cannot see it: "1 of 2 signed, yours to sign". */
export function describeSlots(slots: readonly SignatureSlot[]): string {
  const has = (state: SignatureSlot['state']) => slots.some((slot) => slot.state === state);
  const signed = slots.filter((slot) => slot.state === 'signed').length;
  if (has('rejected')) return 'rejected';
  const count = signed === slots.length ? 'signed' : `${signed} of ${slots.length} signed`;
  if (has('mine')) return `${count}, yours to sign`;
  if (has('expired')) return `${count}, expired`;
  return has('cancelled') ? `${count}, cancelled` : count;
}

/** Somebody who may sign what is open. */
export interface Signer {
  level: number;
  /** The one who looks. */
  you: boolean;
}

/**
 * How many people could fill a slot that waits. Somebody of a lower level may sign too, but not fill it; and who has a slot of their own
 * on the line signs once, so they are not counted for the others.
 */
export function countSigners(slot: SignatureSlot, slots: readonly SignatureSlot[], signers: readonly Signer[]): number {
  const elsewhere = slot.state !== 'mine' && slots.some(({ state }) => state === 'mine');
  return signers.filter(({ level, you }) => level >= (slot.level ?? 1) && !(you && elsewhere)).length;
}
