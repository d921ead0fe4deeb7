import type { Role } from '@/lib/domain/access';
import type { ApprovalRequest, Review } from '@/lib/domain/approval';
import { type DatabaseRole, prismaAs, runHot } from '../client';
import { Prisma } from '../generated/client';
import { type EscalationStepJson, toEscalationStep } from './escalation-step';

/** Everything a decision is made of, as one statement saw it. */
export interface Bundle {
  request: ApprovalRequest & {
    lastHash: string;
    correlationId: string;
    title: string;
    /** The form that whoever approves fills in; null: none. */
    inputsSchema: Record<string, unknown> | null;
    /** What has been filled in so far. */
    approvalData: Record<string, unknown> | null;
  };
  reviews: Review[];
  emergencyStop: boolean;
  /** The person whose vote it would be, as they are now; null when they are not, or no longer, a member. */
  member: { memberId: string; userId: string; email: string; name: string; role: Role; level: number } | null;
  /** The database's clock when the bundle was read. */
  at: Date;
}

interface BundleRow {
  id: string;
  tenant_id: string;
  correlation_id: string;
  kind: ApprovalRequest['kind'];
  status: ApprovalRequest['status'];
  title: string;
  version: number;
  seq: number;
  last_hash: string;
  required_level: number;
  min_approvals: number;
  min_reject_level: number;
  payload_digest: string;
  requested_by: string | null;
  agent_id: string | null;
  requester_user_id: string | null;
  requester_key_id: string | null;
  requester_key_issuer_id: string | null;
  escalates_at: Date | null;
  escalate_to: string | null;
  escalate_level: number | null;
  escalate_then: EscalationStepJson[];
  expires_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  signers: string[] | null;
  inputs_schema: Record<string, unknown> | null;
  approval_data: Record<string, unknown> | null;
  reviews: Review[];
  emergency_stop: boolean;
  member: Bundle['member'];
  at: Date;
}

/** What every reader of bundles selects. `member` names whose membership comes along. */
function bundleColumns(userId: string | null): Prisma.Sql {
  return Prisma.sql`
    r.id, r.tenant_id, r.correlation_id, r.kind, r.status, r.title, r.version, r.seq, r.last_hash, r.required_level, r.min_approvals,
    r.min_reject_level, r.payload_digest, r.requested_by, r.agent_id, r.requester_user_id, r.requester_key_id,
    r.requester_key_issuer_id, r.escalates_at, r.escalate_to, r.escalate_level, r.escalate_then, r.expires_at, r.resolved_at, r.resolved_by,
    r.checkpoint -> 'required_signers' AS signers, nullif(r.checkpoint -> 'inputs_schema', 'null') AS inputs_schema, r.approval_data,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('userId', v.user_id, 'memberId', v.member_id, 'email', u.email, 'version', v.version,
        'decision', v.decision, 'level', v.level, 'levelNow', (
          SELECT m.level FROM memberships m
          WHERE m.tenant_id = v.tenant_id AND m.user_id = v.user_id AND m.removed_at IS NULL AND u.disabled_at IS NULL)) ORDER BY v.at)
      FROM approval_reviews v JOIN users u ON u.user_id = v.user_id
      WHERE v.request_id = r.id AND v.tenant_id = r.tenant_id), '[]'::jsonb) AS reviews,
    t.emergency_stop,
    (SELECT jsonb_build_object('memberId', m.member_id, 'userId', u.user_id, 'email', u.email, 'name', u.name, 'role', m.role,
        'level', m.level)
      FROM memberships m JOIN users u ON u.user_id = m.user_id
      WHERE m.tenant_id = r.tenant_id AND m.user_id = ${userId} AND m.removed_at IS NULL AND u.disabled_at IS NULL) AS member,
    now_ms() AS at`;
}

/**
 * Reads one request with its votes and the person who would decide, in one statement and one tenant. Null when it is missing or in
 * another tenant.
 */
export async function findBundle(tenantId: string, requestId: string, userId: string | null): Promise<Bundle | null> {
  const rows = await runHot<BundleRow>(
    'countersign_hot',
    Prisma.sql`
    SELECT ${bundleColumns(userId)}
    FROM approval_requests r JOIN tenants t ON t.tenant_id = r.tenant_id
    WHERE r.id = ${requestId} AND r.tenant_id = ${tenantId}`,
  );
  const [row] = rows;
  return row === undefined ? null : toBundle(row);
}

/**
 * What is due: requests whose time to expire, or to escalate, has come, without those that somebody is writing at this moment. Crosses
 * tenants, so only the worker may.
 */
export async function listDueBundles(due: 'expire' | 'escalate', limit: number): Promise<Bundle[]> {
  const condition =
    due === 'expire'
      ? Prisma.sql`r.expires_at <= now_ms() ORDER BY r.expires_at`
      : Prisma.sql`r.escalates_at <= now_ms() AND r.expires_at > now_ms() ORDER BY r.escalates_at`;
  const rows = await prismaAs('countersign_worker').$queryRaw<BundleRow[]>(Prisma.sql`
    SELECT ${bundleColumns(null)}
    FROM approval_requests r JOIN tenants t ON t.tenant_id = r.tenant_id
    WHERE r.status IN ('pending', 'escalated') AND ${condition} LIMIT ${limit} FOR UPDATE OF r SKIP LOCKED`);
  return rows.map(toBundle);
}

/** Named requests, read by the role that will write them. */
export async function listBundles(role: DatabaseRole, requestIds: readonly string[]): Promise<Bundle[]> {
  const rows = await prismaAs(role).$queryRaw<BundleRow[]>(Prisma.sql`
    SELECT ${bundleColumns(null)}
    FROM approval_requests r JOIN tenants t ON t.tenant_id = r.tenant_id
    WHERE r.id = ANY (${[...requestIds]})`);
  return rows.map(toBundle);
}

function toBundle(row: BundleRow): Bundle {
  return {
    request: {
      id: row.id,
      tenantId: row.tenant_id,
      correlationId: row.correlation_id,
      kind: row.kind,
      status: row.status,
      title: row.title,
      version: row.version,
      seq: row.seq,
      lastHash: row.last_hash,
      requiredLevel: row.required_level,
      minApprovals: row.min_approvals,
      minRejectLevel: row.min_reject_level,
      payloadDigest: row.payload_digest,
      requestedBy: row.requested_by,
      agentId: row.agent_id,
      requesterUserId: row.requester_user_id,
      requesterKeyId: row.requester_key_id,
      requesterKeyIssuerId: row.requester_key_issuer_id,
      escalatesAt: row.escalates_at,
      escalateTo: row.escalate_to,
      escalateLevel: row.escalate_level,
      escalateThen: row.escalate_then.map(toEscalationStep),
      expiresAt: row.expires_at,
      resolvedAt: row.resolved_at,
      resolvedBy: row.resolved_by,
      signers: row.signers ?? [],
      inputsSchema: row.inputs_schema,
      approvalData: row.approval_data,
    },
    reviews: row.reviews,
    emergencyStop: row.emergency_stop,
    member: row.member,
    at: row.at,
  };
}
