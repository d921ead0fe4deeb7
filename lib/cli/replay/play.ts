import { type Client, isApiProblem } from '@/lib/client';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { ApprovalStatus } from '@/lib/domain/approval';
import type { Company } from './company';
import { type Act, type Outcome, REQUIRED_LEVEL, type Script, type Submission } from './script';

/** How the system says a request ended; `missing` when it has none for a submission. */
export type SystemOutcome = Outcome | 'expired' | 'missing';

/** What came of a replay. */
export interface Findings {
  cases: number;
  casesWithoutRequest: number;
  requests: number;
  /** Submissions by how they ended. */
  log: Map<Outcome, number>;
  system: Map<SystemOutcome, number>;
  /** Submissions that ended in one way in the log and in another in the system. */
  mismatches: string[];
  /** Acts that came after the ending of their submission, and how many of them were refused with 409. */
  late: number;
  lateRefused: number;
  /** What the log has before any submission. */
  unaskedFor: number;
  /** Answers that were not to be expected. */
  errors: string[];
  /** How many of these were 500 or above, or no answer at all. */
  serverErrors: number;
  calls: number;
  elapsedMs: number;
}

/**
 * Plays every case, several at a time and each in its own order, and then asks the system how every request ended. Whatever is answered,
 * the other cases go on: what went wrong is counted.
 */
export async function play(scripts: readonly Script[], company: Company, concurrency: number): Promise<Findings> {
  const findings = nothingYet(scripts);
  const begin = performance.now();
  const queue = scripts.entries();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const [index, script] of queue) await playCase(script, index, company, findings);
    }),
  );
  findings.elapsedMs = performance.now() - begin;
  await compare(scripts, company, findings);
  return findings;
}

function nothingYet(scripts: readonly Script[]): Findings {
  return {
    cases: scripts.length,
    casesWithoutRequest: scripts.filter(({ submissions }) => submissions.length === 0).length,
    requests: 0,
    log: new Map(),
    system: new Map(),
    mismatches: [],
    late: 0,
    lateRefused: 0,
    unaskedFor: scripts.reduce((sum, script) => sum + script.unaskedFor, 0),
    errors: [],
    serverErrors: 0,
    calls: 0,
    elapsedMs: 0,
  };
}

async function playCase({ submissions }: Script, index: number, company: Company, findings: Findings): Promise<void> {
  for (const submission of submissions) {
    const request = await expectAnswer(findings, submission, 'SUBMITTED', () => submit(company, submission));
    if (request === null) continue;
    findings.requests += 1;
    for (const act of submission.acts) {
      const call = () => perform(act, request, index, company);
      if (act.late) await expectRefusal(findings, submission, act, call);
      else await expectAnswer(findings, submission, act.activity, call);
    }
  }
}

function submit({ caller, tenantId }: Company, submission: Submission): Promise<ApprovalRequestResource> {
  const { caseId, number, amountCents, budget } = submission;
  return caller.createRequest({
    body: {
      tenant_id: tenantId,
      skill_id: 'travel.declaration',
      agent_id: 'travel-desk',
      requested_by: `employee of ${caseId}`,
      title: `Travel declaration ${caseId}${number > 1 ? `, submission ${number}` : ''}`,
      payload: { case_id: caseId, submission: number, amount_cents: amountCents, currency: 'EUR', budget },
      correlation_id: correlationId(submission),
      required_level: REQUIRED_LEVEL,
    },
  });
}

/** Each role's people take turns; two votes of one role on one submission are always two people's. */
function perform(act: Act, request: ApprovalRequestResource, index: number, { caller, people }: Company) {
  const params = { id: request.request_id };
  const reason = act.activity;
  if (act.does === 'cancel') return caller.cancelRequest({ params, body: { reason } });
  const staff = people[act.role];
  const voter = staff[(index + act.vote) % staff.length];
  if (voter === undefined) throw new Error(`Nobody is ${act.role}`);
  const body = { notes: reason, viewed_digest: request.payload_digest };
  return act.does === 'reject' ? voter.rejectRequest({ params, body }) : voter.approveRequest({ params, body });
}

async function expectAnswer<T>(
  findings: Findings,
  submission: Submission,
  what: string,
  call: () => Promise<T>,
): Promise<T | null> {
  findings.calls += 1;
  try {
    return await call();
  } catch (error) {
    noteProblem(findings, submission, what, error);
    return null;
  }
}

async function expectRefusal(
  findings: Findings,
  submission: Submission,
  act: Act,
  call: () => Promise<unknown>,
): Promise<void> {
  findings.calls += 1;
  findings.late += 1;
  try {
    await call();
    findings.errors.push(`${correlationId(submission)}: ${act.activity} came late and was accepted`);
  } catch (error) {
    if (isApiProblem(error) && error.status === 409) findings.lateRefused += 1;
    else noteProblem(findings, submission, act.activity, error);
  }
}

function noteProblem(findings: Findings, submission: Submission, what: string, error: unknown): void {
  if (!isApiProblem(error)) throw error;
  findings.errors.push(
    `${correlationId(submission)}: ${what} was answered ${error.status} ${error.code}: ${error.message}`,
  );
  if (error.status === 0 || error.status >= 500) findings.serverErrors += 1;
}

async function compare(scripts: readonly Script[], { caller, tenantId }: Company, findings: Findings): Promise<void> {
  const ended = await readOutcomes(caller, tenantId);
  for (const submission of scripts.flatMap(({ submissions }) => submissions)) {
    const system = ended.get(correlationId(submission)) ?? 'missing';
    count(findings.log, submission.outcome);
    count(findings.system, system);
    if (system === submission.outcome) continue;
    findings.mismatches.push(`${correlationId(submission)}: ${submission.outcome} in the log, ${system} in the system`);
  }
}

/** How every request of the tenant ended, by its correlation id: as the system lists them, not as it answered. */
async function readOutcomes(caller: Client, tenantId: string): Promise<Map<string, SystemOutcome>> {
  const outcomes = new Map<string, SystemOutcome>();
  let cursor: string | undefined;
  do {
    const page = await caller.listRequests({ query: { tenant_id: tenantId, limit: 200, cursor } });
    for (const { correlation_id, status } of page.data) outcomes.set(correlation_id, OUTCOMES[status]);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return outcomes;
}

const OUTCOMES = {
  pending: 'open',
  escalated: 'open',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  cancelled: 'cancelled',
} as const satisfies Record<ApprovalStatus, SystemOutcome>;

function correlationId({ caseId, number }: Submission): string {
  return `${caseId}#${number}`;
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
