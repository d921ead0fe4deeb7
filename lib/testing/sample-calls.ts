/**
 * A call of every operation that works: what it acts on is made anew each time, so a call can be made by many callers and each has its
 * own. A new operation is a compile error here until it has one.
 */
import { type OperationId, operations } from '@/lib/contracts';
import { putDag } from '@/lib/http/handlers/dags';
import { allowCliLogin } from '@/lib/http/handlers/me';
import { createPolicySet, evaluatePolicy } from '@/lib/http/handlers/policy';
import { createReplay } from '@/lib/http/handlers/policy-replays';
import { shadowPolicySet } from '@/lib/http/handlers/policy-shadow';
import { approveRequest, createRequest } from '@/lib/http/handlers/requests';
import { startRun } from '@/lib/http/handlers/runs';
import { putSecret } from '@/lib/http/handlers/secrets';
import { leaseTasks } from '@/lib/http/handlers/tasks';
import { createEndpoint, testEndpoint } from '@/lib/http/handlers/webhooks';
import { newId } from '@/lib/platform/crypto';
import { flushEvaluations } from '@/lib/platform/db';
import { type Answer, type CallInput, callUntilServed, withKey, withSession } from './calls';
import { addKey, addPerson, EVERY_SCOPE, type Sql } from './people';

/** The password of everybody whose `password_hash` a test has set to the hash of this. */
export const PASSWORD = 'the old passphrase';

export type SampleCalls = Record<OperationId, () => Promise<CallInput>>;

let serial = 0;
const unique = (name: string) => `${name}-${++serial}`;

/** Calls in one tenant. Requests in them need level 1, so that everybody who may decide at all may decide them. */
export async function sampleCalls(sql: Sql, tenantId: string): Promise<SampleCalls> {
  const maker = withKey(await addKey(sql, tenantId, EVERY_SCOPE));
  const inTenant = { query: { tenant_id: tenantId } };
  const ask = async () =>
    made(await callUntilServed(createRequest, { as: maker, body: requestBody(tenantId) }), 'request_id');
  const approved = async () => {
    const id = await ask();
    const as = withKey(await addKey(sql, tenantId, ['*'], { person: await addPerson(sql, tenantId, 'admin') }));
    return made(await callUntilServed(approveRequest, { as, params: { id }, body: {} }), 'request_id');
  };
  const endpoint = async () =>
    made(await callUntilServed(createEndpoint, { as: maker, body: endpointBody(tenantId) }), 'endpoint_id');
  const delivery = async () => {
    const id = made(
      await callUntilServed(testEndpoint, { as: maker, params: { id: await endpoint() } }),
      'delivery_id',
    );
    await sql(`UPDATE webhook_deliveries SET status = 'dead', next_attempt_at = NULL WHERE delivery_id = $1`, [id]);
    return id;
  };
  /** Rules that leave everything as it is: level 1. */
  const policySet = async () =>
    made(await callUntilServed(createPolicySet, { as: maker, body: { tenant_id: tenantId, rules: [] } }), 'version');
  /** A skill whose model has drifted, so that it can be trusted again. */
  const skill = async () => {
    const skillId = unique('skill.of');
    await sql(
      `WITH model AS (
         INSERT INTO cost_models (tenant_id, skill_id, version, base_cents, rates, created_by, created_by_name)
         VALUES ($1, $2, 1, 100, '[]', 'test', 'test'))
       INSERT INTO cost_model_learning (tenant_id, skill_id, model_version, auto_off_at, auto_off_reason)
       VALUES ($1, $2, 1, now_ms(), 'It has drifted')`,
      [tenantId, skillId],
    );
    return skillId;
  };
  const shadow = async () => {
    const version = await policySet();
    const call = { params: { version }, body: { tenant_id: tenantId, reason: 'To see' } };
    return made(await callUntilServed(shadowPolicySet, { as: maker, ...call }), 'version');
  };
  const replay = async () => {
    const call = { params: { version: await policySet() }, body: { ...example('createReplay'), tenant_id: tenantId } };
    return made(await callUntilServed(createReplay, { as: maker, ...call }), 'replay_id');
  };
  const dag = async () => {
    const name = unique('chain');
    const body = { ...example('putDag'), name };
    return made(await callUntilServed(putDag, { as: maker, ...inTenant, params: { name }, body }), 'name');
  };
  const evaluation = async () => {
    const asked = { body: { ...example('evaluatePolicy'), tenant_id: tenantId } };
    const id = made(await callUntilServed(evaluatePolicy, { as: maker, ...asked }), 'evaluation_id');
    await flushEvaluations();
    return id;
  };
  const run = async (over: object = {}) =>
    made(await callUntilServed(startRun, { as: maker, body: { ...runBody(tenantId), ...over } }), 'run_id');
  /** The checkpoint of a run, and the token that resumes it. */
  const paused = async () => {
    const { body } = await callUntilServed(startRun, { as: maker, body: runBody(tenantId) });
    return { id: String(body.run_id), checkpoint: String(body.checkpoint_id), token: String(body.resume_token) };
  };
  const resumable = async () => {
    const { id, checkpoint, token } = await paused();
    const as = withKey(await addKey(sql, tenantId, ['*'], { person: await addPerson(sql, tenantId, 'admin') }));
    made(await callUntilServed(approveRequest, { as, params: { id: checkpoint }, body: {} }), 'request_id');
    return { ...inTenant, params: { id }, body: { resume_token: token } };
  };
  const failed = () =>
    run({ dag: { name: 'broken', tasks: [{ id: 'broken', workflow_ref: 'echo', when: 'params.missing == 1' }] } });
  const checkpoint = async () => (await paused()).checkpoint;
  const secret = async () => {
    const params = { name: unique('SECRET') };
    return made(
      await callUntilServed(putSecret, { as: maker, ...inTenant, params, body: example('putSecret') }),
      'name',
    );
  };
  /** A task that somebody's own worker has leased, and what they say of it. */
  const leased = async (says: OperationId): Promise<CallInput> => {
    const workflow_ref = unique('external:sample');
    await run({ dag: { name: 'sample', tasks: [{ id: 'draw', workflow_ref }] } });
    const body = { tenant_id: tenantId, workflow_refs: [workflow_ref] };
    const answer = await callUntilServed(leaseTasks, { as: maker, body });
    const [task] = answer.body.tasks as { task_id: string; lease_token: string }[];
    if (task === undefined) throw new Error(`a sample could not be leased: ${answer.text}`);
    return { ...inTenant, params: { id: task.task_id }, body: { ...example(says), lease_token: task.lease_token } };
  };
  const member = async () => (await addPerson(sql, tenantId, 'viewer')).memberId;
  const key = async () => (await addKey(sql, tenantId, ['requests:read'])).keyId;
  /** What the example's verifier exchanges, allowed by somebody new. */
  const cliCode = async () => {
    const as = await withSession(await addPerson(sql, tenantId, 'operator'));
    const code = made(await callUntilServed(allowCliLogin, { as, body: example('allowCliLogin') }), 'code');
    return { ...example('finishCliLogin'), code };
  };
  const on = async (id: Promise<string>, body?: unknown): Promise<CallInput> => ({
    ...inTenant,
    params: { id: await id },
    ...(body === undefined ? {} : { body }),
  });
  const example = (id: OperationId) => ({ ...(operations[id].example as object | undefined) });
  const plain = async () => inTenant;
  const bare = async () => ({});
  return {
    evaluatePolicy: async () => ({ body: { ...example('evaluatePolicy'), tenant_id: tenantId } }),
    evaluatePolicyBatch: async () => ({ body: { items: [{ ...example('evaluatePolicy'), tenant_id: tenantId }] } }),
    listPolicySets: plain,
    createPolicySet: async () => ({ body: { ...example('createPolicySet'), tenant_id: tenantId } }),
    getPolicySet: async () => ({ ...inTenant, params: { version: await policySet() } }),
    activatePolicySet: async () => ({
      ...inTenant,
      params: { version: await policySet() },
      body: { reason: 'Agreed' },
    }),
    retirePolicySet: async () => ({
      ...inTenant,
      params: { version: await policySet() },
      body: { reason: 'Replaced' },
    }),
    draftPolicyRule: async () => ({ body: { tenant_id: tenantId, request_ids: [await ask()] } }),
    shadowPolicySet: async () => ({ ...inTenant, params: { version: await policySet() }, body: { reason: 'To see' } }),
    unshadowPolicySet: async () => ({ ...inTenant, params: { version: await shadow() }, body: { reason: 'Seen' } }),
    compareShadow: async () => ({ ...inTenant, params: { version: await policySet() } }),
    createReplay: async () => ({ ...inTenant, params: { version: await policySet() }, body: example('createReplay') }),
    listReplays: plain,
    getReplay: () => on(replay()),
    cancelReplay: () => on(replay()),
    checkPolicyRule: async () => ({ body: { ...example('checkPolicyRule'), tenant_id: tenantId } }),
    listEvaluations: plain,
    getEvaluation: () => on(evaluation()),
    getRecording: plain,
    putRecording: async () => ({ ...inTenant, headers: { 'if-match': '*' }, body: example('putRecording') }),
    getLevels: plain,
    putLevels: async () => ({ ...inTenant, headers: { 'if-match': '*' }, body: { levels: [{ level: 1 }] } }),
    getCostModels: plain,
    putCostModels: async () => ({ ...inTenant, headers: { 'if-match': '*' }, body: example('putCostModels') }),
    listCostVersions: async () => ({ ...inTenant, params: { skill_id: await skill() } }),
    trustCostModel: async () => ({ ...inTenant, params: { skill_id: await skill() }, body: { reason: 'Agreed' } }),
    getBudgets: plain,
    // An agent that nobody is, so that no other call draws from it.
    putBudgets: async () => ({
      ...inTenant,
      headers: { 'if-match': '*' },
      body: { budgets: [{ agent_id: 'no-such-bot', period: 'day', limit_cents: 100 }] },
    }),
    getFlags: plain,
    putFlags: async () => ({ ...inTenant, headers: { 'if-match': '*' }, body: example('putFlags') }),
    getConfig: plain,
    putConfig: async () => ({ ...inTenant, body: { levels: [{ level: 1 }] } }),
    getConfigDrift: plain,
    listDags: plain,
    getDag: async () => ({ ...inTenant, params: { name: await dag() } }),
    putDag: async () => {
      const name = await dag();
      return { ...inTenant, params: { name }, body: { ...example('putDag'), name } };
    },
    listDagVersions: async () => ({ ...inTenant, params: { name: await dag() } }),
    lintDag: async () => ({ body: { ...example('lintDag'), tenant_id: tenantId } }),
    getEmergencyStop: plain,
    putEmergencyStop: async () => ({ ...inTenant, body: { active: false, reason: 'Only looking' } }),
    createRequest: async () => ({ body: requestBody(tenantId) }),
    listRequests: plain,
    getRequest: () => on(ask()),
    approveRequest: () => on(ask(), example('approveRequest')),
    rejectRequest: () => on(ask(), example('rejectRequest')),
    cancelRequest: () => on(ask(), example('cancelRequest')),
    commentRequest: () => on(ask(), example('commentRequest')),
    reportOutcome: () => on(approved(), example('reportOutcome')),
    getBudgetDraws: () => on(ask()),
    getEligibleApprovers: () => on(ask()),
    getPrecedents: () => on(ask()),
    startRun: async () => ({ body: runBody(tenantId) }),
    listRuns: plain,
    getRun: () => on(run()),
    resumeRun: resumable,
    cancelRun: () => on(run(), example('cancelRun')),
    retryRunTask: async () => ({
      ...inTenant,
      params: { id: await failed(), task_id: 'broken' },
      body: example('retryRunTask') as object,
    }),
    listRunEvents: () => on(run()),
    listCheckpoints: plain,
    getCheckpoint: () => on(checkpoint()),
    approveCheckpoint: () => on(checkpoint(), example('approveCheckpoint')),
    signCheckpoint: () => on(checkpoint(), example('signCheckpoint')),
    rejectCheckpoint: () => on(checkpoint(), example('rejectCheckpoint')),
    listSecrets: plain,
    putSecret: async () => ({ ...inTenant, params: { name: unique('SECRET') }, body: example('putSecret') }),
    deleteSecret: async () => ({ ...inTenant, params: { name: await secret() } }),
    leaseTasks: async () => ({ body: { ...example('leaseTasks'), tenant_id: tenantId } }),
    heartbeatTask: () => leased('heartbeatTask'),
    completeTask: () => leased('completeTask'),
    failTask: () => leased('failTask'),
    listEvents: plain,
    streamEvents: plain,
    verifyAudit: plain,
    exportRequestsCsv: plain,
    exportEventsCsv: plain,
    exportEventsJsonl: plain,
    exportCheckpoints: plain,
    exportRunState: plain,
    exportRunEvents: plain,
    getTimeToApprove: plain,
    getVolume: plain,
    getBacklog: plain,
    listTenants: bare,
    createTenant: async () => ({ body: { tenant_id: unique('tenant'), name: 'Tenant' } }),
    listMembers: plain,
    createMember: async () => ({
      body: {
        ...example('createMember'),
        tenant_id: tenantId,
        email: `${unique('member')}@example.com`,
        role: 'viewer',
        level: 0,
      },
    }),
    updateMember: () => on(member(), { role: 'operator', level: 1 }),
    removeMember: () => on(member()),
    listKeys: plain,
    createKey: async () => ({ body: { tenant_id: tenantId, name: 'reader', scopes: ['requests:read'] } }),
    revokeKey: () => on(key()),
    getMe: bare,
    changePassword: async () => ({ body: { current_password: PASSWORD, new_password: 'a long new passphrase' } }),
    signOutEverywhere: bare,
    allowCliLogin: async () => ({ body: example('allowCliLogin') }),
    finishCliLogin: async () => ({ body: await cliCode() }),
    listEndpoints: plain,
    createEndpoint: async () => ({ body: endpointBody(tenantId) }),
    updateEndpoint: () => on(endpoint(), example('updateEndpoint')),
    deleteEndpoint: () => on(endpoint()),
    rotateEndpointSecret: () => on(endpoint(), example('rotateEndpointSecret')),
    testEndpoint: () => on(endpoint()),
    listDeliveries: plain,
    getDelivery: () => on(delivery()),
    redeliver: () => on(delivery()),
    getHealth: bare,
    getReadiness: bare,
    getMetrics: bare,
    getOpenapi: bare,
  };
}

function requestBody(tenantId: string) {
  return { ...operations.createRequest.example, tenant_id: tenantId };
}

function runBody(tenantId: string) {
  return { ...operations.startRun.example, tenant_id: tenantId };
}

function endpointBody(tenantId: string) {
  return { ...operations.createEndpoint.example, tenant_id: tenantId };
}

function made({ status, body }: Answer, name: string): string {
  if (status >= 300) throw new Error(`a sample could not be made: ${status} ${JSON.stringify(body)}`);
  return String(body[name]);
}

/** An id of the same kind that names nothing, and one that could not name anything. */
export function strangeIds(id: string): { missing: string; malformed: string } {
  if (id.startsWith('SECRET-')) return { missing: 'SECRET-of-nobody', malformed: `${id}!` };
  if (id.startsWith('run_') && id.includes('.')) {
    const [, task] = id.split('.');
    return { missing: `${newId('run')}.${task}`, malformed: `${id}!` };
  }
  if (id.startsWith('chain-')) return { missing: 'chain-of-nothing', malformed: `${id}!` };
  if (id.startsWith('skill.')) return { missing: 'skill.of-nothing', malformed: `${id}\0` };
  const [tenantId, version] = id.split('@');
  if (version !== undefined) return { missing: `${tenantId}@999999999`, malformed: `${tenantId}@${version}!` };
  const kind = (
    {
      req: 'request',
      mem: 'member',
      key: 'key',
      whe: 'endpoint',
      whd: 'delivery',
      evl: 'evaluation',
      rpl: 'replay',
      run: 'run',
    } as const
  )[id.slice(0, 3)];
  if (kind === undefined) throw new Error(`no such kind of id: ${id}`);
  return { missing: newId(kind), malformed: `${id.slice(0, -1)}!` };
}
