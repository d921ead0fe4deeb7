import { CHAIN_START, type ChainLink, canonicalJson, columnProblem, verifyChain } from '@/lib/domain/audit';
import { sha256Hex } from '@/lib/platform/crypto';
import { inTenant, type Tx } from '@/lib/platform/db';
import type { AuditProblem } from './verify-requests';

const BATCH = 1000;
/** How the log's one chain is named among the subjects. */
const SUBJECT = 'audit_log';

interface StoredEntry {
  seq: number;
  fields: Record<string, unknown>;
  canonical: string;
  prev_hash: string;
  hash: string;
  at: string;
}

interface LogPage {
  head: { seq: number; hash: string } | null;
  entries: StoredEntry[] | null;
}

/**
 * Checks the tenant's audit log: its one chain, piece by piece against the head that is kept beside it, and every column against the text
 * that was hashed. A chain that is broken is not followed further; columns are.
 */
export async function* checkLog(tenantId: string): AsyncGenerator<{ entries: number; problems: AuditProblem[] }, void> {
  let after = { seq: 0, hash: CHAIN_START };
  let broken = false;
  for (let more = true; more; ) {
    const { seq } = after;
    const { head, entries } = await inTenant({ tenantId }, (tx) => readLog(tx, tenantId, seq));
    const page = entries ?? [];
    const problems: AuditProblem[] = [];
    const report = (at: number, problem: string) => problems.push({ subject_id: SUBJECT, seq: at, problem });
    more = page.length === BATCH;
    const expected = more ? undefined : (head ?? { seq: 0, hash: CHAIN_START });
    const verdict = verifyChain(page.map(toLink), sha256Hex, expected, after);
    if (!verdict.ok && !broken) report(verdict.seq, inEntries(verdict.problem));
    broken ||= !verdict.ok;
    for (const entry of page) {
      const problem = columnProblem(entry.canonical, canonicalJson(entry.fields), entry.fields);
      if (problem !== null) report(entry.seq, problem);
    }
    after = page.at(-1) ?? after;
    yield { entries: page.length, problems };
  }
}

/** Head and entries in one statement, so that what is appended meanwhile is in both or in neither. */
async function readLog(tx: Tx, tenantId: string, after: number): Promise<LogPage> {
  const [page] = await tx.$queryRaw<[LogPage]>`
    SELECT (SELECT jsonb_build_object('seq', h.seq, 'hash', h.hash) FROM audit_heads h WHERE h.tenant_id = ${tenantId}) AS head,
      (SELECT jsonb_agg(to_jsonb(page) ORDER BY page.seq) FROM (
        SELECT a.seq, jsonb_build_object('audit_id', a.audit_id, 'tenant_id', a.tenant_id, 'action', a.action, 'actor', a.actor,
            'actor_type', a.actor_type, 'actor_name', a.actor_name, 'target_kind', a.target_kind, 'target_id', a.target_id,
            'data', a.data) AS fields,
          a.canonical, a.prev_hash, a.hash, rfc3339_ms(a.timestamp) AS at
        FROM audit_log a WHERE a.tenant_id = ${tenantId} AND a.seq > ${after} ORDER BY a.seq LIMIT ${BATCH}) page) AS entries`;
  return page;
}

/** The chain's own words, said of a log. */
function inEntries(problem: string): string {
  return problem.replace(/\bevents\b/, 'entries').replace(/\bevent\b/, 'entry');
}

function toLink({ seq, canonical, at, prev_hash: prevHash, hash }: StoredEntry): ChainLink {
  return { seq, canonical, at, prevHash, hash };
}
