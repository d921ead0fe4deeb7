import { type ApprovalStatus, reachability, TRANSITIONS } from '@/lib/domain/approval';
import { canonicalJson } from '@/lib/domain/audit';
import { AppError } from '@/lib/domain/errors';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import { findCheckpointRequest, insertRequest, type RequestInsert, toDatabaseFault } from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import { wakeWorkers } from '@/lib/platform/notify';
import { readPeople, readPolicyConfig } from '../policy';
import { type EventActor, POLICY, toCreationEvent } from './event';

const MAX_ATTEMPTS = 5;

/** A checkpoint of a run: what is asked, of whom, on whose behalf. */
export interface CheckpointAsked {
  tenantId: string;
  runId: string;
  taskId: string;
  dagName: string;
  prompt: string;
  requiredLevel: number;
  minApprovals: number;
  signers: readonly string[];
  inputsSchema: Record<string, unknown> | null;
  expiresInSeconds: number;
  /** What whoever decides looks at: what the task received. */
  payload: Record<string, unknown>;
  /** Who started the run. */
  requester: {
    userId: string | null;
    keyId: string | null;
    keyIssuerId: string | null;
    name: string;
  };
  traceId: string | null;
}

/**
 * Asks for what a checkpoint waits for: an approval request that no policy rule judges, so that none can release it. There is one for each
 * task of a run, whatever crashes: asked again, it is the same.
 * @returns its id.
 * @throws AppError `service/unavailable` when the configuration keeps changing.
 */
export async function createCheckpoint(asked: CheckpointAsked, who: EventActor): Promise<string> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const known = await findCheckpointRequest(asked.tenantId, asked.runId, asked.taskId);
    if (known !== null) return known;
    const insert = await planCheckpoint(asked, who);
    try {
      if ((await insertRequest(insert, null)) !== null) {
        wakeWorkers();
        metrics().decisions.inc({ event: 'approval.created' });
        return insert.id;
      }
    } catch (error) {
      if (toDatabaseFault(error)?.constraint !== 'ux_approval_requests_checkpoint') throw error;
    }
  }
  throw new AppError('service/unavailable', { detail: 'The configuration keeps changing.', retryAfterSeconds: 1 });
}

async function planCheckpoint(asked: CheckpointAsked, who: EventActor): Promise<RequestInsert> {
  const [config, people] = await Promise.all([readPolicyConfig(asked.tenantId), readPeople(asked.tenantId)]);
  if (config === null) throw new AppError('tenant/not-found');
  const id = newId('request');
  const { requester, requiredLevel, minApprovals, signers } = asked;
  const verdict = reachability(
    {
      requesterUserId: requester.userId,
      requesterKeyIssuerId: requester.keyIssuerId,
      requestedBy: null,
      agentId: null,
      signers,
      requiredLevel,
      minApprovals,
    },
    people.reviewers,
  );
  const payloadDigest = `sha256:${sha256Hex(canonicalJson(asked.payload))}`;
  const skillId = `${asked.dagName}.${asked.taskId}`;
  const reason = `The checkpoint ${asked.taskId} of ${asked.dagName}`;
  const common = { tenant_id: asked.tenantId, subject_id: id, version: 1, trace_id: asked.traceId };
  const first = toCreationEvent({
    ...common,
    ...who,
    seq: 1,
    type: 'approval.created',
    from_status: null,
    to_status: 'pending',
    reason: null,
    data: {
      title: asked.prompt,
      skill_id: skillId,
      policy_type: 'capability',
      payload_digest: payloadDigest,
      required_level: requiredLevel,
      min_approvals: minApprovals,
      policy_version: null,
      run_id: asked.runId,
      task_id: asked.taskId,
    },
  });
  const second = verdict.reachable
    ? null
    : toCreationEvent({
        ...common,
        ...POLICY,
        seq: 2,
        type: TRANSITIONS.escalate.event,
        from_status: 'pending',
        to_status: TRANSITIONS.escalate.to,
        reason: `Nobody can finish this request. ${verdict.missing}`,
        data: { required_level: requiredLevel, escalate_to: null },
      });
  const status: ApprovalStatus = second === null ? 'pending' : TRANSITIONS.escalate.to;
  return {
    id,
    tenantId: asked.tenantId,
    configVersion: config.configVersion,
    peopleVersion: people.version,
    correlationId: id,
    kind: 'checkpoint',
    status,
    policyType: 'capability',
    skillId,
    agentId: null,
    payload: JSON.stringify(asked.payload),
    payloadDigest,
    requestedBy: null,
    requesterUserId: requester.userId,
    requesterKeyId: requester.keyId,
    requesterKeyIssuerId: requester.keyIssuerId,
    // What was started goes on, whatever became of the key that started it.
    guardKeyId: null,
    place: {
      runId: asked.runId,
      taskId: asked.taskId,
      dagName: asked.dagName,
      checkpoint: { prompt: asked.prompt, inputs_schema: asked.inputsSchema, required_signers: [...signers] },
    },
    title: asked.prompt.slice(0, MAX_TITLE),
    justification: null,
    links: '[]',
    policy: JSON.stringify({
      decision: 'requires_approval',
      reasons: [reason],
      matched_rules: [],
      violations: [],
      policy_version: null,
    }),
    evaluation: null,
    costCents: null,
    drawsFromBudgets: false,
    requiredLevel,
    minApprovals,
    minRejectLevel: 1,
    escalateTo: null,
    escalateLevel: null,
    escalateThen: [],
    escalateAfterSeconds: null,
    expiresInSeconds: asked.expiresInSeconds,
    resolvedBy: null,
    traceId: asked.traceId,
    first,
    second,
    webhook: null,
  };
}

const MAX_TITLE = 300;
