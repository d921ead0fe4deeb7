import type { ApprovalRequestResource } from '@/lib/contracts';

/** What an open request still needs: "One more signature, of level 4 or higher." */
export function describeMissing(request: ApprovalRequestResource): string {
  const levelMissing = request.current_level < request.required_level;
  const count = Math.max(request.min_approvals - request.approvals_count, levelMissing ? 1 : 0);
  const more = request.approvals_count > 0 ? 'more ' : '';
  const signatures = count === 1 ? `One ${more}signature` : `${count} ${more}signatures`;
  if (!levelMissing) return `${signatures}, by anybody who may decide.`;
  const one = count === 1 ? '' : 'one ';
  const higher = request.required_level < 5 ? ' or higher' : '';
  return `${signatures}, ${one}of level ${request.required_level}${higher}.`;
}
