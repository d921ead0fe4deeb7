import type { ApprovalRequestResource } from '@/lib/contracts';
import { type ApprovalStatus, isOpen } from '@/lib/domain/approval';

/** A part of a sentence: our words, or a name or code that somebody else wrote. */
export type Piece = string | { name: string } | { code: string };

/** Who would act: the agent, else who is said to ask, else the credential. */
export function actingParty(request: ApprovalRequestResource): string {
  return request.agent_id ?? request.requested_by ?? request.status_history[0]?.actor_name ?? 'The caller';
}

/** Who has to sign besides one more signature at `level`, with the verb; null when that one finishes it. */
function stillMissing(request: ApprovalRequestResource, level: number): string | null {
  const people = Math.max(0, request.min_approvals - request.approvals_count - 1);
  const levelMissing = Math.max(request.current_level, level) < request.required_level;
  if (levelMissing && people <= 1) return `somebody of level ${request.required_level} has`;
  if (levelMissing) return `${people} more people have, one of them at level ${request.required_level},`;
  if (people === 0) return null;
  return people === 1 ? 'one more person has' : `${people} more people have`;
}

/**
 * What happens if this person approves, in one sentence made of the request's facts alone; where they cannot, what an approval would
 * mean; where it is over, what became of it. `signing` is the level their signature would use, null when they cannot sign. Where the
 * others that it needs do not exist (`reachable`), nothing is promised.
 */
export function describeConsequence(
  request: ApprovalRequestResource,
  state: ApprovalStatus,
  signing: number | null,
  reachable = true,
): Piece[] {
  if (request.checkpoint !== null) return describeCheckpoint(request, request.checkpoint, state, signing, reachable);
  const who: Piece = { name: actingParty(request) };
  const what: Piece = { code: request.skill_id };
  if (!isOpen(state)) return describeEnd(request, state, who, what);
  if (signing === null) return ['Once approved, ', who, ' may run ', what, ' with exactly this payload.'];
  const missing = stillMissing(request, signing);
  if (missing === null) return ['If you approve, ', who, ' may run ', what, ' with exactly this payload.'];
  if (!reachable) return ['If you approve, your signature is recorded. That alone lets nothing run.'];
  return [
    'If you approve, your signature is recorded. ',
    who,
    ' may run ',
    what,
    ` with exactly this payload once ${missing} signed too.`,
  ];
}

/** The same of a checkpoint: what goes on is its run, and what a rejection does its definition says. */
function describeCheckpoint(
  request: ApprovalRequestResource,
  { task_id }: NonNullable<ApprovalRequestResource['checkpoint']>,
  state: ApprovalStatus,
  signing: number | null,
  reachable: boolean,
): Piece[] {
  const what: Piece = { code: task_id };
  if (state === 'approved') return ['The run went on after ', what, '.'];
  if (!isOpen(state)) return ['The run did not pass ', what, ': its definition says what became of it.'];
  if (signing === null) return ['Once approved, the run goes on after ', what, '.'];
  const missing = stillMissing(request, signing);
  if (missing === null) return ['If you approve, the run goes on after ', what, ' by itself.'];
  if (!reachable) return ['If you approve, your signature is recorded. That alone lets nothing run.'];
  return ['If you approve, your signature is recorded. The run goes on after ', what, ` once ${missing} signed too.`];
}

function describeEnd(request: ApprovalRequestResource, state: ApprovalStatus, who: Piece, what: Piece): Piece[] {
  const may = [who, ' may run ', what];
  const mayNot = [who, ' may not run ', what];
  switch (state) {
    case 'approved':
      return [...may, ' with exactly this payload.'];
    case 'rejected':
      return [...mayNot, '.'];
    case 'cancelled':
      return ['It was taken back before anybody decided: ', ...mayNot, '.'];
    default:
      return [
        request.approvals_count > 0 ? 'Not everybody signed in time: ' : 'Nobody decided in time: ',
        ...mayNot,
        '.',
      ];
  }
}
