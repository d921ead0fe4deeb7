import { type Actor, credentialId } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import { newId } from '../crypto';
import type { Tx } from './tenant';

/** An act worth keeping that is not a request's own history: sign-ins, members, keys, levels, endpoints. */
export interface AuditEntry {
  action: string;
  targetKind: string;
  targetId: string;
  data?: Record<string, unknown>;
}

type AuditActor = Pick<Actor, 'tenantId' | 'userId' | 'keyId' | 'name' | 'via'>;

/**
 * Appends to the tenant's audit log in the caller's transaction: either both happen or neither. The row lock on the head orders
 * entries, and each one carries the hash of the one before.
 */
export async function appendAudit(
  tx: Tx,
  actor: AuditActor | 'system',
  tenantId: string,
  entry: AuditEntry,
): Promise<void> {
  const auditId = newId('audit');
  const who =
    actor === 'system'
      ? { actor: 'system', actor_type: 'system', actor_name: 'Countersign' }
      : { actor: credentialId(actor), actor_type: actor.via, actor_name: actor.name };
  const data = entry.data ?? {};
  const canonical = canonicalJson({
    audit_id: auditId,
    tenant_id: tenantId,
    action: entry.action,
    ...who,
    target_kind: entry.targetKind,
    target_id: entry.targetId,
    data,
  });
  await tx.$executeRaw`INSERT INTO audit_heads (tenant_id) VALUES (${tenantId}) ON CONFLICT DO NOTHING`;
  await tx.$executeRaw`
    WITH head AS MATERIALIZED (
      SELECT h.tenant_id, h.seq + 1 AS seq, h.hash AS prev_hash FROM audit_heads h WHERE h.tenant_id = ${tenantId} FOR UPDATE
    ), link AS MATERIALIZED (
      SELECT head.*, c.at, chain_hash(head.prev_hash, ${canonical}::text, c.at) AS hash
      FROM head, LATERAL (SELECT now_ms() AS at WHERE head.seq > 0) c
    ), moved AS (
      UPDATE audit_heads h SET seq = link.seq, hash = link.hash FROM link WHERE h.tenant_id = link.tenant_id
    )
    INSERT INTO audit_log (tenant_id, seq, audit_id, action, actor, actor_type, actor_name, target_kind, target_id, data, timestamp,
      canonical, prev_hash, hash)
    SELECT link.tenant_id, link.seq, ${auditId}, ${entry.action}, ${who.actor}, ${who.actor_type}, ${who.actor_name},
      ${entry.targetKind}, ${entry.targetId}, ${JSON.stringify(data)}::jsonb, link.at, ${canonical}::text, link.prev_hash, link.hash
    FROM link`;
}
