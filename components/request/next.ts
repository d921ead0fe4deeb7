import type { ApprovalRequestResource } from '@/lib/contracts';

/**
 * What to decide after a request: the next one of a list that has it, else the first of that list, else the first of any. Null where
 * nothing is left that this person can decide.
 */
export function findNext(
  lists: readonly (readonly ApprovalRequestResource[])[],
  id: string,
  canDecide: (request: ApprovalRequestResource) => boolean,
): string | null {
  const at = (list: readonly ApprovalRequestResource[]) => list.findIndex((request) => request.request_id === id);
  const inOrder = [
    ...lists.filter((list) => at(list) !== -1).flatMap((list) => [...list.slice(at(list) + 1), ...list]),
    ...lists.flat(),
  ];
  return inOrder.find((request) => request.request_id !== id && canDecide(request))?.request_id ?? null;
}
