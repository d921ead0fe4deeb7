import type { AuditVerdict } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { checkLog } from './verify-log';
import { type AuditProblem, checkOrphans, checkRequests } from './verify-requests';
import { checkRuns } from './verify-runs';

/** Enough to see what happened; a history that is broken everywhere needs no longer list. */
const MOST_PROBLEMS = 1000;

/**
 * Checks the whole recorded past of the tenant, in batches: every request's and every run's history and the audit log. Says where something was edited,
 * cut, put in or reordered by whoever went around the application; at most 1,000 problems are listed.
 */
export async function verifyAudit(actor: Pick<Actor, 'tenantId'>): Promise<AuditVerdict> {
  const { tenantId } = actor;
  const problems: AuditProblem[] = [];
  let [subjects, events, entries] = [0, 0, 0];
  for await (const batch of checkRequests(tenantId)) {
    subjects += batch.subjects;
    events += batch.events;
    problems.push(...batch.problems.slice(0, MOST_PROBLEMS - problems.length));
  }
  for await (const batch of checkRuns(tenantId)) {
    subjects += batch.subjects;
    events += batch.events;
    problems.push(...batch.problems.slice(0, MOST_PROBLEMS - problems.length));
  }
  for await (const orphans of checkOrphans(tenantId)) {
    problems.push(...orphans.slice(0, MOST_PROBLEMS - problems.length));
  }
  for await (const batch of checkLog(tenantId)) {
    entries += batch.entries;
    problems.push(...batch.problems.slice(0, MOST_PROBLEMS - problems.length));
  }
  return { ok: problems.length === 0, tenant_id: tenantId, subjects, events, audit_entries: entries, problems };
}
