import type { EvaluationRecord, ListEvaluationsQuery, ShadowAnswer } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import type { PolicyQuestion } from '@/lib/domain/policy';
import { inTenant, type Prisma, type Tx } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor, toInstant } from '@/lib/services/paging';
import { readSetName, setName } from './set-name';

type Row = NonNullable<Awaited<ReturnType<Tx['policyEvaluation']['findFirst']>>>;

const Position = cursorPosition('evaluation');

/** A page of what was asked of policy in the actor's tenant, newest first. */
export async function listEvaluations(
  actor: Actor,
  query: Omit<ListEvaluationsQuery, 'tenant_id'>,
): Promise<{ data: EvaluationRecord[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, query.cursor);
  const rows = await inTenant(actor, (tx) =>
    tx.policyEvaluation.findMany({
      where: { AND: [toFilter(actor, query), position === null ? {} : behind(position)] },
      orderBy: [{ at: 'desc' }, { evaluationId: 'desc' }],
      take: query.limit + 1,
    }),
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    data: page.map(toRecord),
    next_cursor: more ? encodeCursor([last.at.toISOString(), last.evaluationId]) : null,
  };
}

/**
 * The record of one evaluation. It is there within seconds of its answer, if it is in the sample, and until retention removes it.
 * @throws AppError `evaluation/not-found`.
 */
export async function getEvaluation(actor: Actor, evaluationId: string): Promise<EvaluationRecord> {
  const { tenantId } = actor;
  const row = isId('evaluation', evaluationId)
    ? await inTenant(actor, (tx) =>
        tx.policyEvaluation.findUnique({ where: { tenantId_evaluationId: { tenantId, evaluationId } } }),
      )
    : null;
  if (row === null) throw new AppError('evaluation/not-found');
  return toRecord(row);
}

function toFilter(
  { tenantId }: Actor,
  query: Omit<ListEvaluationsQuery, 'tenant_id'>,
): Prisma.PolicyEvaluationWhereInput {
  const { from, to, decision, source, skill_id: skillId, rule_id: ruleId, policy_version: name } = query;
  const version = name === undefined ? null : readSetName(tenantId, name);
  return {
    tenantId,
    at: {
      ...(from === undefined ? {} : { gte: toInstant('from', from) }),
      ...(to === undefined ? {} : { lt: toInstant('to', to) }),
    },
    ...(decision === undefined ? {} : { decision }),
    ...(source === undefined ? {} : { source }),
    ...(skillId === undefined ? {} : { skillId }),
    ...(ruleId === undefined ? {} : { matchedRules: { array_contains: [{ rule_id: ruleId }] } }),
    // A name that could not be a version's was never answered with.
    ...(name === undefined ? {} : { policyVersion: version === null ? '' : setName(tenantId, version) }),
  };
}

function behind([at, evaluationId]: [string, string]): Prisma.PolicyEvaluationWhereInput {
  return { OR: [{ at: { lt: at } }, { at, evaluationId: { lt: evaluationId } }] };
}

function toRecord(row: Row): EvaluationRecord {
  const question = row.question as unknown as PolicyQuestion;
  const { request, ...facts } = row.facts as { request: { payload: EvaluationRecord['payload'] } } & Record<
    string,
    EvaluationRecord['facts'][string]
  >;
  return {
    evaluation_id: row.evaluationId,
    tenant_id: row.tenantId,
    at: row.at.toISOString(),
    source: row.source as EvaluationRecord['source'],
    request_id: row.requestId,
    policy_type: row.policyType as EvaluationRecord['policy_type'],
    skill_id: row.skillId,
    agent_id: row.agentId,
    payload: request.payload,
    asked: { required_level: question.requiredLevel, min_approvals: question.minApprovals },
    facts,
    decision: row.decision as EvaluationRecord['decision'],
    approval_level_required: row.level,
    min_approvals: row.minApprovals,
    reasons: row.reasons as EvaluationRecord['reasons'],
    matched_rules: row.matchedRules as EvaluationRecord['matched_rules'],
    errors: row.errors as EvaluationRecord['errors'],
    violations: row.violations as EvaluationRecord['violations'],
    simulated_cost_cents: row.costCents === null ? null : Number(row.costCents),
    policy_version: row.policyVersion,
    shadow: row.shadow as ShadowAnswer | null,
  };
}
