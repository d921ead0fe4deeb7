import type { ApprovalRequestResource, CreateRequestBody, PolicyViolation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { reachability } from '@/lib/domain/approval';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId } from '@/lib/platform/crypto';
import {
  type Created,
  findIdempotencyKey,
  guardHolds,
  insertRequest,
  type People,
  type PolicyConfig,
  type RequestInsert,
  toIdempotencyWrite,
} from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import { wakeDispatcher, wakeWorkers } from '@/lib/platform/notify';
import {
  type Evaluated,
  evaluateAsked,
  getPeople,
  getPolicyConfig,
  noteRequest,
  noteSpending,
  readPeople,
  readPolicyConfig,
} from '../policy';
import { sealInlineWebhook } from '../webhooks';
import { findRepeated } from './correlation';
import { countDenials } from './funding';
import { type CreationPlan, planCreation, requesterOf, toCreatedResource } from './plan-creation';

/** How often a creation follows a configuration, or people, that change under it. */
const MAX_ATTEMPTS = 5;

export interface CreateResult {
  request: ApprovalRequestResource;
  /** False when the correlation id had been used for the same question before. */
  created: boolean;
}

/**
 * Creates a request: policy answers first, and what it does not allow or deny at once waits for a person. Request, history and outbox
 * are written in one statement; nothing leaves the process before it commits.
 * `place` is the task of a run that it is for. `id` is the request's where somebody has written it down already: an id that was made for it and names nothing yet.
 * @throws AppError `tenant/not-found`, `request/correlation-conflict`, `auth/invalid-key` when the key was revoked meanwhile.
 */
export async function createRequest(
  actor: Actor,
  body: CreateRequestBody,
  call: Call,
  { id = newId('request'), place = null }: { id?: string; place?: RequestInsert['place'] } = {},
): Promise<CreateResult> {
  let config = await getPolicyConfig(actor.tenantId);
  const webhook = readWebhook(actor, body);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (config === null) throw new AppError('tenant/not-found');
    let evaluated = evaluateAsked(body, config, actor);
    if (evaluated.explanation.violations.some(isBudgets)) {
      // What is cached may be half a second old; a denial is for good.
      config = await readPolicyConfig(actor.tenantId);
      if (config === null) throw new AppError('tenant/not-found');
      evaluated = evaluateAsked(body, config, actor);
    }
    const people = await peopleFor(actor, body, evaluated);
    const plan = planCreation(id, actor, body, config, evaluated, people, webhook, call, place);
    let created: Created | null;
    try {
      created = await insertRequest(plan.insert, toIdempotencyWrite(actor, call));
    } catch (error) {
      return { request: await findEarlier(actor, body, call, error), created: false };
    }
    if (created !== null) {
      afterCreation(plan);
      return { request: toCreatedResource(plan, created), created: true };
    }
    config = await assertStillAllowed(actor, config, people, plan.insert);
  }
  throw new AppError('service/unavailable', { detail: 'The configuration keeps changing.', retryAfterSeconds: 1 });
}

const isBudgets = ({ type }: PolicyViolation): boolean => type === 'BudgetExceeded';

/** What a creation tells this process once it is there. */
function afterCreation({ insert, events, evaluated }: CreationPlan): void {
  if (insert.place === null) wakeDispatcher();
  else wakeWorkers();
  if (insert.drawsFromBudgets) noteSpending(insert.tenantId);
  const { tenantId, skillId, status, costCents, agentId, requesterKeyId: keyId, requesterUserId: userId } = insert;
  noteRequest({ tenantId, skillId, status, costCents, agentId, keyId, userId });
  countDenials(evaluated.explanation.violations);
  for (const event of events) metrics().decisions.inc({ event: event.type });
}

/**
 * The request that a repeated correlation id stands for.
 * @throws the fault itself where it is about something else, or where a twin with the same Idempotency-Key made that request: the answer is
 * the twin's then.
 */
async function findEarlier(
  actor: Actor,
  body: CreateRequestBody,
  call: Call,
  fault: unknown,
): Promise<ApprovalRequestResource> {
  const write = toIdempotencyWrite(actor, call);
  if (write !== null) {
    const twin = await findIdempotencyKey(actor.tenantId, write.credential, write.operation, write.key);
    if (twin !== null) throw fault;
  }
  const repeated = await findRepeated(actor, body, fault);
  if (repeated === null) throw fault;
  return repeated;
}

/**
 * Why a creation wrote nothing: the configuration or the people moved, or a budget was drawn from (their new state is the answer), or the
 * key is gone.
 */
async function assertStillAllowed(
  actor: Actor,
  config: PolicyConfig,
  people: People,
  { drawsFromBudgets, tenantId }: RequestInsert,
): Promise<PolicyConfig | null> {
  const now = await readPolicyConfig(tenantId);
  const peopleNow = await readPeople(tenantId);
  const isSame = now?.configVersion === config.configVersion && peopleNow.version === people.version;
  if (!isSame) return now;
  const holds =
    drawsFromBudgets && (await guardHolds({ tenantId, user: null, keyId: actor.keyId, onBehalfOf: null, voters: [] }));
  if (!holds) throw new AppError('auth/invalid-key');
  return now;
}

/** The people who may decide, from the cache; read again before it is said that nobody can finish this. */
async function peopleFor(actor: Actor, body: CreateRequestBody, { answer }: Evaluated): Promise<People> {
  const people = await getPeople(actor.tenantId);
  const requester = requesterOf(actor, body);
  const verdict = reachability(
    { ...requester, requiredLevel: answer.level, minApprovals: answer.minApprovals },
    people.reviewers,
  );
  return verdict.reachable ? people : readPeople(actor.tenantId);
}

function readWebhook(actor: Actor, body: CreateRequestBody): RequestInsert['webhook'] {
  const { webhook_url: url, webhook_secret: secret } = body;
  if (url == null && secret == null) return null;
  if (url == null)
    throw new AppError('input/invalid', { errors: [{ pointer: '/webhook_url', detail: 'A secret needs a URL' }] });
  if (secret == null) {
    const detail = 'A URL needs a secret of at least 16 characters';
    throw new AppError('input/invalid', { errors: [{ pointer: '/webhook_secret', detail }] });
  }
  return sealInlineWebhook(actor.tenantId, url, secret);
}
