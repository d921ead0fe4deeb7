import type { Role } from '../access';
import type { EscalationStep } from '../policy';
import type { ApprovalStatus } from './status';

export const REQUEST_KINDS = ['policy', 'checkpoint'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What `decide` needs to know of a request. Times are the database's, in milliseconds. */
export interface ApprovalRequest {
  id: string;
  tenantId: string;
  kind: RequestKind;
  status: ApprovalStatus;
  /** Counts what is asked: the voting round. */
  version: number;
  /** The number of the last event; guards every write. */
  seq: number;
  requiredLevel: number;
  minApprovals: number;
  minRejectLevel: number;
  /** Who alone may approve: people by user id or e-mail, or roles. Empty: whoever has the level. */
  signers: readonly string[];
  payloadDigest: string;
  requestedBy: string | null;
  agentId: string | null;
  requesterUserId: string | null;
  requesterKeyId: string | null;
  /** Who issued the key that asked, where a person did. */
  requesterKeyIssuerId: string | null;
  escalatesAt: Date | null;
  escalateTo: string | null;
  /** The level that escalation raises the request to, where the configuration says so. */
  escalateLevel: number | null;
  /** The steps after the next one. */
  escalateThen: readonly EscalationStep[];
  expiresAt: Date;
  resolvedAt: Date | null;
  resolvedBy: string | null;
}

/** One vote, with what its author may do now. */
export interface Review {
  userId: string;
  memberId: string;
  email: string;
  version: number;
  decision: 'approve' | 'reject';
  level: number;
  /** The member's level now; null when they are no longer a member. */
  levelNow: number | null;
}

/** A person as far as authority goes: who decides, or who could. */
export interface Reviewer {
  userId: string;
  memberId: string;
  email: string;
  role: Role;
  level: number;
}
