import { mayGoTo } from '@/lib/domain/run';
import { nowMs } from '@/lib/platform/clock';
import { retryAfterSeconds, type SendResult } from '@/lib/platform/http-client';
import { evaluateAll } from '../expressions';
import { checkOutput, MAX_OUTPUT_BYTES } from '../output';
import type { LeasedCall, Workflow, WorkflowResult } from '../workflow';
import { findHttpFaults, HttpParams } from './params';
import { type Redactor, redactor } from './redact';
import { fillTemplate, isJson, secretsNamed } from './template';

type Answered = Extract<SendResult, { answered: true }>;

/**
 * Sends one request, through the same guards as webhooks. The same `Idempotency-Key` goes with every attempt, so that a receiver can tell a
 * repetition; time-outs, broken connections, 408, 425, 429 and 5xx are worth another attempt, everything else is not.
 */
export const http: Workflow = { kind: 'leased', faults: findHttpFaults, run: callOut };

async function callOut(call: LeasedCall): Promise<WorkflowResult> {
  const own = HttpParams.safeParse(call.own);
  if (!own.success) return failed('This build does not understand what the definition says');
  const secrets = new Map<string, string>();
  const target = new URL(own.data.url);
  for (const name of secretsNamed(own.data)) {
    const secret = await call.openSecret(name);
    if (secret === null) return failed(`There is no secret ${name}`);
    if (!mayGoTo(secret.allowedHosts, target)) {
      return failed(`The secret ${name} may not be sent to ${target.host}`);
    }
    secrets.set(name, secret.value);
  }
  const filled = fillTemplate(own.data, call.params, secrets);
  if ('error' in filled) return failed(filled.error);
  const sent = await call.client.send(filled.url.href, {
    method: own.data.method,
    headers: {
      'user-agent': 'Countersign/1.0 (runs)',
      accept: 'application/json, */*;q=0.5',
      'accept-encoding': 'identity',
      ...filled.headers,
      'idempotency-key': call.idempotencyKey,
    },
    body: filled.body,
    timeoutMs: own.data.timeout_seconds * 1000,
    maxBytes: MAX_OUTPUT_BYTES,
    signal: call.signal,
  });
  const clean = redactor(secrets);
  if (!sent.answered) return { ok: false, error: clean.text(sent.error), final: false };
  return judge(sent, own.data, call, clean);
}

async function judge(sent: Answered, own: HttpParams, call: LeasedCall, clean: Redactor): Promise<WorkflowResult> {
  const { status } = sent;
  if (!isExpected(status, own.expect_status)) {
    if (!isWorthRepeating(status)) {
      return failed(`Answered ${status}${status >= 300 && status < 400 ? '; redirects are not followed' : ''}`);
    }
    const wait = retryAfterSeconds(sent.headers['retry-after'] ?? null, nowMs());
    return { ok: false, error: `Answered ${status}`, final: false, retryAfterSeconds: wait };
  }
  if (!sent.whole) return failed(`The answer is larger than ${MAX_OUTPUT_BYTES / 1024} KiB`);
  const response = { status, headers: clean.value(sent.headers), body: clean.value(readBody(sent)) };
  if (own.output === undefined) return checkOutput({ status, body: response.body });
  const made = await evaluateAll(own.output, { params: call.params, tenant: { id: call.tenantId }, response });
  return 'error' in made ? failed(made.error) : checkOutput(made.output);
}

function isExpected(status: number, expected: HttpParams['expect_status']): boolean {
  if (expected === undefined) return status >= 200 && status < 300;
  return typeof expected === 'number' ? status === expected : expected.includes(status);
}

/** Too early, too many, too slow, or broken on their side. */
function isWorthRepeating(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** JSON where the answer says so and is; a text otherwise, null where there is nothing. */
function readBody({ body, headers }: Answered): unknown {
  if (body.length === 0) return null;
  const text = new TextDecoder('utf-8').decode(body);
  if (!isJson(headers['content-type'] ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failed(error: string): WorkflowResult {
  return { ok: false, error, final: true };
}
