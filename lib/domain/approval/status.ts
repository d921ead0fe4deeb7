/** The states of a request. Open ones wait for a person; the others are final. */
export const APPROVAL_STATUSES = ['pending', 'escalated', 'approved', 'rejected', 'expired', 'cancelled'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export const OPEN_STATUSES = ['pending', 'escalated'] as const satisfies readonly ApprovalStatus[];

/** Whether a request in this state still waits for a decision. */
export function isOpen(status: ApprovalStatus): boolean {
  return status === 'pending' || status === 'escalated';
}
