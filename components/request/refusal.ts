import { type ApiProblem, isApiProblem } from '@/lib/client';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import type { Act } from './foresee';
import type { Viewer } from './viewer';

export interface Refusal {
  title: string;
  detail: string | null;
}

const UNDONE = {
  approve: 'Your approval was not recorded',
  reject: 'Your rejection was not recorded',
  cancel: 'The request was not cancelled',
  comment: 'Your comment was not recorded',
} as const satisfies Record<Act, string>;

/** How a request ended and who ended it: "Oz Demir approved it". Null while it is open. */
export function describeEnding(request: Pick<ApprovalRequestResource, 'status' | 'status_history'>): string | null {
  if (isOpen(request.status)) return null;
  const last = request.status_history.findLast(
    (item) => item.to_status === request.status && item.from_status !== item.to_status,
  );
  if (request.status === 'expired') return 'It expired before anybody decided';
  return `${last?.actor_name ?? 'Somebody'} ${request.status} it`;
}

const WANTED = { approve: 'approved', reject: 'rejected', cancel: 'cancelled' } as const;

/**
 * Whether what was refused has been done already, by the same person: a second click, another tab. `now` is the request as it is after
 * the refusal.
 */
export function isDoneAlready(error: unknown, act: Act, now: ApprovalRequestResource, viewer: Viewer): boolean {
  if (act === 'comment') return false;
  if (isApiProblem(error, 'request/already-resolved')) {
    return now.status === WANTED[act] && now.resolved_by === viewer.userId;
  }
  const own = now.approvers.find((vote) => !vote.stale && vote.approver_id === viewer.userId);
  return isApiProblem(error, 'review/already-reviewed') && act === 'approve' && own?.decision === 'approve';
}

/**
 * Why something did not happen, in words for who wanted it. `now` is the request as it is after the refusal, where it could be read; it
 * knows by name who was faster, and `when` says at what time.
 */
export function describeRefusal(
  error: unknown,
  act: Act,
  now: ApprovalRequestResource | undefined,
  when: (at: string) => string,
): Refusal {
  const title = UNDONE[act];
  if (!isApiProblem(error))
    return { title, detail: 'Something unexpected went wrong in this page. Reload it and look again.' };
  switch (error.code) {
    case 'request/already-resolved':
      return { title, detail: wonBy(error, now, when) };
    case 'request/expired':
      return { title, detail: 'The request expired before your decision arrived.' };
    case 'request/changed':
      return { title, detail: 'What is asked has changed since you looked. Read it again.' };
    case 'request/not-found':
      return { title, detail: 'This request is not here any more.' };
    case 'client/unreachable':
      return {
        title: 'No answer from the server',
        detail: 'Whether this was recorded is not known. It is read again as soon as the server answers.',
      };
    default:
      return { title, detail: sentence(error) };
  }
}

function wonBy(error: ApiProblem, now: ApprovalRequestResource | undefined, when: (at: string) => string): string {
  const ending = now ? describeEnding(now) : null;
  const at = now?.resolved_at ?? error.members.resolved_at;
  const time = typeof at === 'string' ? ` at ${when(at)}` : '';
  if (ending !== null) return `${ending}${time}.`;
  return typeof error.members.state === 'string' ? `It was ${error.members.state}${time}.` : `${error.title}.`;
}

/** Title and detail say different things; both end with a full stop. */
function sentence({ title, detail, errors }: ApiProblem): string {
  const parts = [title, detail, ...errors.map((fault) => fault.detail)].filter((part) => part !== null && part !== '');
  return [...new Set(parts)].map((part) => `${part?.replace(/\.$/, '')}.`).join(' ');
}
