import type { Actor } from '../access';
import type { ApprovalRequest, Review, Reviewer } from './request';

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
  return reviews.flatMap((review) => {
    if (review.version !== request.version || review.decision !== 'approve') return [];
    if (review.levelNow === null || isRequester(request, review)) return [];
    const level = Math.min(review.level, review.levelNow);
    return level < 1 ? [] : [{ userId: review.userId, level }];
  });
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

/** Whether a person is among those who alone may approve; anybody is where none are named. */
export function isSigner({ signers }: Pick<ApprovalRequest, 'signers'>, person: Reviewer): boolean {
  if (signers.length === 0) return true;
  const names = [person.userId, person.memberId, person.email, person.role].map((name) => name.toLowerCase());
  return signers.some((signer) => names.includes(signer.trim().toLowerCase()));
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
  return { reachable: true };
}
