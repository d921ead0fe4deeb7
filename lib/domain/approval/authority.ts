import { type Actor, ROLE_BANDS, ROLES, type Role } from '../access';
import type { ApprovalRequest, Review, Reviewer } from './request';
import { isSigner, missingSigners, type Signatory } from './signers';

type Requester = Pick<ApprovalRequest, 'requesterUserId' | 'requesterKeyIssuerId' | 'requestedBy' | 'agentId'>;
type Person = { userId: string; memberId: string | null; email: string };

/**
 * Whether a person is excluded from deciding a request. The requester is the credential, not a field: the user who asked, or the owner
 * or the issuer of the key that asked; `requested_by` and `agent_id` can only add exclusions, by user id, member id or e-mail.
 */
export function isRequester(request: Requester, person: Person): boolean {
  if (request.requesterUserId === person.userId || request.requesterKeyIssuerId === person.userId) return true;
  const named = [request.requestedBy, request.agentId].filter((name) => name !== null);
  return named.some(
    (name) =>
      name === person.userId || name === person.memberId || name.trim().toLowerCase() === person.email.toLowerCase(),
  );
}

/**
 * Whether a credential is in the requester's hands: their session, or a key they own or issued. Through it nobody else's decision can
 * come either, or a bridge of their own would approve for them in anybody's name, and so would a key that they issued for somebody else.
 */
export function isRequestersCredential(
  request: Requester,
  actor: Pick<Actor, 'userId' | 'memberId' | 'email' | 'keyHolders'>,
): boolean {
  const { userId, memberId, email, keyHolders } = actor;
  if (keyHolders.some((holder) => isRequester(request, holder))) return true;
  return userId !== null && isRequester(request, { userId, memberId, email: email ?? '' });
}

/** The level a decision uses: no more than is required, no more than asked for. */
export function usedLevel(own: number, required: number, asked: number | undefined): number {
  return Math.min(own, required, asked ?? own);
}

/** A vote that counts, at the lower of the level used and the level its author has now. */
export interface CountedVote {
  userId: string;
  level: number;
}

/** The approvals of the current version that count: by people who are still members, have a level, and are not the requester. */
export function countingVotes(request: ApprovalRequest, reviews: readonly Review[]): CountedVote[] {
  return counting(request, reviews).map(({ userId, level }) => ({ userId, level }));
}

/**
 * Whose approvals count, with the role that they have now. `level` is the least that they must still have for it when the decision is
 * written: that of their role, where somebody is named who must sign.
 */
export function signaturesOf(request: ApprovalRequest, reviews: readonly Review[]): (Signatory & CountedVote)[] {
  const isNamed = request.signers.length > 0;
  return counting(request, reviews).map(({ userId, memberId, email, level, levelNow }) => {
    const role = roleAt(levelNow);
    return { userId, memberId, email, role, level: isNamed ? Math.max(level, ROLE_BANDS[role].min) : level };
  });
}

function counting(request: ApprovalRequest, reviews: readonly Review[]): (Review & { levelNow: number })[] {
  return reviews.flatMap((review) => {
    const { levelNow } = review;
    if (review.version !== request.version || review.decision !== 'approve') return [];
    if (levelNow === null || isRequester(request, review)) return [];
    const level = Math.min(review.level, levelNow);
    return level < 1 ? [] : [{ ...review, level, levelNow }];
  });
}

/** Roles are bands of levels, so a level has one. */
function roleAt(level: number): Role {
  return ROLES.find((role) => level <= ROLE_BANDS[role].max) ?? 'owner';
}

/** What votes add up to in the current version. */
export function tally(
  request: ApprovalRequest,
  reviews: readonly Review[],
): { currentLevel: number; approvals: number } {
  const votes = countingVotes(request, reviews);
  return { currentLevel: votes.reduce((max, { level }) => Math.max(max, level), 0), approvals: votes.length };
}

/**
 * What those who have approved so far have filled in, which whoever signs after them signs as well; null where nobody whose vote counts
 * has filled in anything.
 */
export function signedAnswers(
  request: ApprovalRequest & { approvalData: Record<string, unknown> | null },
  reviews: readonly Review[],
): Record<string, unknown> | null {
  return countingVotes(request, reviews).length > 0 ? request.approvalData : null;
}

/** The people who may approve a request: level 1 or more, not the requester, and a signer where signers are named. */
export function eligibleReviewers<R extends Reviewer>(
  request: Requester & Pick<ApprovalRequest, 'signers'>,
  people: readonly R[],
): R[] {
  return people.filter((person) => person.level >= 1 && !isRequester(request, person) && isSigner(request, person));
}

/** Whether these people together could ever finish a request, and if not, what is missing. */
export function reachability(
  request: Requester & Pick<ApprovalRequest, 'requiredLevel' | 'minApprovals' | 'signers'>,
  people: readonly Reviewer[],
): { reachable: true } | { reachable: false; missing: string } {
  const eligible = eligibleReviewers(request, people);
  const highest = eligible.reduce((max, person) => Math.max(max, person.level), 0);
  if (highest < request.requiredLevel) {
    const have = eligible.length === 0 ? 'nobody may decide it' : `the highest level that may decide it is ${highest}`;
    return { reachable: false, missing: `It needs level ${request.requiredLevel}, and ${have}.` };
  }
  if (eligible.length < request.minApprovals) {
    return {
      reachable: false,
      missing: `It needs ${request.minApprovals} approvals, and only ${eligible.length} ${eligible.length === 1 ? 'person' : 'people'} may decide it.`,
    };
  }
  const unnamed = missingSigners(request, eligible);
  if (unnamed.length > 0) {
    const missing = `It needs the signature of ${unnamed.join(' and of ')}, and nobody else who may decide it is that.`;
    return { reachable: false, missing };
  }
  return { reachable: true };
}
