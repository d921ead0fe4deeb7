import { describe, expect, test } from 'vitest';
import { createClient } from '@/lib/client';
import type { Progress } from './tool';
import { awaitDecision } from './waiting';

const PENDING = { request_id: 'req_1', status: 'pending', required_level: 3, min_approvals: 1, approvals_count: 0 };

/** An API that answers in turn, at once, and remembers what it was asked. */
function apiAnswering(...answers: (() => Response)[]) {
  const asked: string[] = [];
  const heard: Progress[] = [];
  const fetch: typeof globalThis.fetch = async (address) => {
    asked.push(new URL(String(address)).searchParams.get('wait') ?? '');
    return answers[asked.length - 1]?.() ?? Response.json(wholeRequest({}));
  };
  const backend = { client: createClient({ baseUrl: 'http://api', fetch }), remote: false };
  const call = { backend, signal: new AbortController().signal, report: async (one: Progress) => void heard.push(one) };
  return { asked, heard, call };
}

/** As much of a request as the wait looks at. */
function wholeRequest(over: object): object {
  const texts = ['correlation_id', 'title', 'skill_id', 'tenant_id', 'payload_digest'].map((name) => [name, 'x']);
  const nulls = ['agent_id', 'requested_by', 'approval_data', 'resolved_at', 'resolved_by'].map((name) => [name, null]);
  const times = ['created_at', 'expires_at'].map((name) => [name, '2026-01-14T12:00:00.000Z']);
  const plain = Object.fromEntries([...texts, ...nulls, ...times]);
  return {
    ...plain,
    policy_type: 'cost',
    current_level: 0,
    status_history: [],
    policy: { reasons: [] },
    ...PENDING,
    ...over,
  };
}

const busy = () =>
  new Response(JSON.stringify({ type: '/problems/service/unavailable', title: 'Not now' }), {
    status: 503,
    headers: { 'content-type': 'application/problem+json' },
  });

describe('inside the server', () => {
  test('a wait that comes back early comes from a server that stops: it is answered with what there is, not asked again', async () => {
    const { asked, heard, call } = apiAnswering();
    expect((await awaitDecision(call, 'req_1', 60)).status).toBe('pending');
    expect(asked).toEqual(['0', '10']);
    expect(heard).toEqual([
      { progress: expect.any(Number), total: 60, message: 'req_1 waits for a person at level 3' },
    ]);
  });

  test('a failure is thrown at once: there is no connection that could come back', async () => {
    const { asked, call } = apiAnswering(busy);
    await expect(awaitDecision(call, 'req_1', 60)).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1);
  });

  test('what is decided already is answered without waiting', async () => {
    const { asked, heard, call } = apiAnswering(() => Response.json(wholeRequest({ status: 'expired' })));
    expect((await awaitDecision(call, 'req_1', 60)).status).toBe('expired');
    expect([asked, heard]).toEqual([['0'], []]);
  });

  test('no time is one question', async () => {
    const { asked, call } = apiAnswering();
    expect((await awaitDecision(call, 'req_1', 0)).status).toBe('pending');
    expect(asked).toEqual(['0']);
  });
});

describe('over a network', () => {
  test('what passes is waited out, and the wait goes on', async () => {
    const answers = [busy, busy, () => Response.json(wholeRequest({ status: 'approved' }))];
    const { asked, call } = apiAnswering(...answers);
    const remote = { ...call, backend: { ...call.backend, remote: true } };
    expect((await awaitDecision(remote, 'req_1', 30)).status).toBe('approved');
    expect(asked).toHaveLength(3);
  });

  test('what does not pass is thrown at once', async () => {
    const gone = () =>
      new Response('{"type":"/problems/auth/invalid-key","title":"Revoked"}', {
        status: 401,
        headers: { 'content-type': 'application/problem+json' },
      });
    const { asked, call } = apiAnswering(gone);
    const remote = { ...call, backend: { ...call.backend, remote: true } };
    await expect(awaitDecision(remote, 'req_1', 30)).rejects.toMatchObject({ code: 'auth/invalid-key' });
    expect(asked).toHaveLength(1);
  });
});
