import { randomBytes } from 'node:crypto';
import { nowMs } from '@/lib/platform/clock';
import { appendAudit } from '@/lib/platform/db';
import { type AttemptResult, type ClaimedDelivery, recordAttempt, recordGone } from '@/lib/platform/db/worker';
import type { GuardedClient, PostResult } from '@/lib/platform/http-client';
import { logger } from '@/lib/platform/logger';
import { deliveryHeaders, type SigningSecret } from './headers';
import { judgeAttempt, type Outcome } from './outcome';
import { unsealSecret } from './secret';

/** An attempt that was made, or the reason why none was. */
export interface Attempted {
  result: AttemptResult;
  outcome: Outcome;
  timedOut: boolean;
}

/**
 * Makes one attempt at a claimed delivery. Nothing is recorded here, and nothing is thrown for what the other side does.
 * `elapsedMs` in the result is filled in by who records it.
 */
export async function attemptDelivery(
  claimed: ClaimedDelivery,
  client: Pick<GuardedClient, 'post'>,
  signal: AbortSignal,
): Promise<Attempted> {
  const { endpoint } = claimed;
  if (endpoint.deleted) return withoutAttempt(claimed, 'The endpoint was removed');
  if (endpoint.status === 'disabled') {
    return withoutAttempt(claimed, `The endpoint is disabled: ${endpoint.disabled_reason ?? 'by hand'}`);
  }
  const posted = await post(claimed, client, signal);
  const outcome = judgeAttempt(posted, endpoint.retry_schedule_seconds, claimed.round_attempts, nowMs());
  return {
    outcome,
    timedOut: !posted.answered && posted.timedOut,
    result: {
      delivery_id: claimed.delivery_id,
      fence: claimed.fence,
      status: outcome.status,
      next_in_seconds: outcome.nextInSeconds,
      error: outcome.error,
      attempt: {
        elapsed_ms: posted.latencyMs,
        latency_ms: posted.latencyMs,
        status_code: posted.answered ? posted.status : null,
        response_head: posted.answered && posted.head !== '' ? posted.head : null,
        key_version: endpoint.secret_version,
      },
    },
  };
}

/** Sends it, freshly signed: the same id and bytes every time, a new timestamp. */
async function post(
  claimed: ClaimedDelivery,
  client: Pick<GuardedClient, 'post'>,
  signal: AbortSignal,
): Promise<PostResult> {
  const secrets = openSecrets(claimed);
  const [current, ...previous] = secrets;
  if (current === undefined) {
    return { answered: false, timedOut: false, error: 'The signing secret cannot be opened', latencyMs: 0 };
  }
  const headers = deliveryHeaders({
    webhookId: claimed.webhook_id,
    body: claimed.body,
    timestamp: Math.floor(nowMs() / 1000),
    traceparent: claimed.trace_id === null ? null : `00-${claimed.trace_id}-${randomBytes(8).toString('hex')}-01`,
    secrets: [current, ...previous],
  });
  return client.post(claimed.endpoint.url, { headers, body: claimed.body, signal });
}

/** The secrets that can be opened, newest first; none when the current one cannot. */
function openSecrets(claimed: ClaimedDelivery): SigningSecret[] {
  const opened: SigningSecret[] = [];
  for (const { version, sealed } of claimed.secrets) {
    try {
      const bytes = Buffer.from(sealed, 'base64');
      opened.push({ version, secret: unsealSecret(claimed.tenant_id, claimed.endpoint_id, version, bytes) });
    } catch (error) {
      logger().error({ err: error, endpoint_id: claimed.endpoint_id, version }, 'a signing secret does not open');
    }
  }
  return opened[0]?.version === claimed.endpoint.secret_version ? opened : [];
}

function withoutAttempt(claimed: ClaimedDelivery, error: string): Attempted {
  return {
    outcome: { status: 'dead', nextInSeconds: null, error, gone: false },
    timedOut: false,
    result: {
      delivery_id: claimed.delivery_id,
      fence: claimed.fence,
      status: 'dead',
      next_in_seconds: null,
      error,
      attempt: null,
    },
  };
}

/**
 * Records what came of an attempt; for one that was answered with 410 Gone the endpoint is disabled with it, on the audit log too.
 * @returns whether the claim still held: if not, somebody else has the delivery and nothing was written.
 */
export function recordOutcome(claimed: ClaimedDelivery, { result, outcome }: Attempted): Promise<boolean> {
  if (!outcome.gone) return recordAttempt(result);
  const reason = 'It answered 410 Gone';
  return recordGone(result, claimed.endpoint_id, reason, (tx) =>
    appendAudit(tx, 'system', claimed.tenant_id, {
      action: 'webhook_endpoint.disabled',
      targetKind: 'webhook_endpoint',
      targetId: claimed.endpoint_id,
      data: { reason, delivery_id: claimed.delivery_id },
    }),
  );
}
