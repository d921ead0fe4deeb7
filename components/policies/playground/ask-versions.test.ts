import { describe, expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client/api-problem';
import { type EvaluationRefusal, type EvaluationResource, USUAL_BODY_LIMITS } from '@/lib/contracts';
import { type AskBatch, askVersions, type Heard, type Question, questionsPerCall } from './ask-versions';

const QUESTION: Question = {
  tenant_id: 'acme',
  skill_id: 'payments.transfer',
  agent_id: null,
  policy_type: 'cost',
  payload: { amount_cents: 1 },
};
const NAMES = Array.from({ length: 60 }, (_, index) => `acme@${60 - index}`);

type Problem = EvaluationRefusal['problem'];

/** Policy behind its batch operation: it answers by the version's name, or says why that one cannot. One that fails, fails the call. */
function aPolicy(cannot: Readonly<Record<string, Problem | ApiProblem>> = {}) {
  const calls: (string | null)[][] = [];
  let open = 0;
  const ask: AskBatch = async (items) => {
    open += 1;
    expect(open, 'calls at once').toBe(1);
    calls.push(items.map(({ policy_version: version }) => version ?? null));
    await Promise.resolve();
    open -= 1;
    return items.map(({ policy_version: version = 'now' }) => {
      const problem = cannot[version];
      if (problem instanceof ApiProblem) throw problem;
      return problem === undefined ? ({ policy_version: version } as EvaluationResource) : { problem };
    });
  };
  return { ask, calls };
}

async function listen(heard: AsyncGenerator<Heard>) {
  const all: Heard[] = [];
  for await (const one of heard) all.push(one);
  const replies = all.flatMap((one) => one.replies);
  return { all, replies, now: all.flatMap(({ now }) => now?.policy_version ?? []) };
}

const problem = (code: string, over: Partial<Problem> = {}): Problem => ({
  type: `/problems/${code}`,
  code,
  status: 422,
  title: `It is ${code}`,
  ...over,
});

describe('versions are asked', () => {
  test('each once, in order, one call after the other, and what decides now in each of them', async () => {
    const policy = aPolicy();
    const { replies, now } = await listen(askVersions(policy.ask, QUESTION, NAMES));
    expect(replies.map(([version]) => version)).toEqual(NAMES);
    expect(replies.map(([, reply]) => 'answer' in reply && reply.answer.policy_version)).toEqual(NAMES);
    expect(policy.calls.map((call) => [call.length, call[0]])).toEqual([
      [25, null],
      [25, null],
      [13, null],
    ]);
    expect(now).toEqual(['now', 'now', 'now']);
  });

  test('or nobody but what decides now', async () => {
    const policy = aPolicy();
    expect((await listen(askVersions(policy.ask, QUESTION, []))).now).toEqual(['now']);
    expect(policy.calls).toEqual([[null]]);
  });

  test('as many at once as the API takes in one body', async () => {
    const large = { ...QUESTION, payload: { text: 'ü'.repeat(30_000) } };
    expect(questionsPerCall(large)).toBe(4);
    const policy = aPolicy();
    const { replies } = await listen(askVersions(policy.ask, large, NAMES.slice(0, 5)));
    expect(replies).toHaveLength(5);
    expect(policy.calls.map((call) => call.length)).toEqual([4, 3]);
    const many = { ...QUESTION, payload: { list: Array.from({ length: 300 }, () => 1) } };
    const perCall = questionsPerCall(many);
    expect(perCall).toBe(6);
    // The sixth still fits: every item has its place in the list, its version, and its own members.
    expect(1 + perCall * (1 + 6 + 1 + 300)).toBeLessThanOrEqual(USUAL_BODY_LIMITS.keys);
  });

  test('alone, where no two questions go into one call', async () => {
    const huge = { ...QUESTION, payload: { text: 'x'.repeat(200_000) } };
    const policy = aPolicy();
    const { replies, now } = await listen(askVersions(policy.ask, huge, ['acme@2', 'acme@1']));
    expect(policy.calls).toEqual([[null], ['acme@2'], ['acme@1']]);
    expect([now, replies.length]).toEqual([['now'], 2]);
  });
});

describe('a version that cannot answer', () => {
  test('says why, in its place, and the others answer', async () => {
    const policy = aPolicy({
      'acme@55': problem('policy-set/too-slow'),
      'acme@12': problem('policy-set/not-found', { detail: 'It is gone' }),
    });
    const { replies, now } = await listen(askVersions(policy.ask, QUESTION, NAMES));
    expect(replies.map(([version]) => version)).toEqual(NAMES);
    const refused = replies.flatMap(([version, reply]) => ('refusal' in reply ? [[version, reply.refusal]] : []));
    expect(refused).toEqual([
      ['acme@55', 'It is policy-set/too-slow'],
      ['acme@12', 'It is gone'],
    ]);
    expect([policy.calls.length, now.length]).toEqual([3, 3]);
  });

  test('because there was no time for it has not been heard, and can be asked again', async () => {
    const policy = aPolicy({ 'acme@55': problem('service/unavailable') });
    const { replies } = await listen(askVersions(policy.ask, QUESTION, NAMES));
    expect(replies.map(([version]) => version)).toEqual(NAMES.filter((name) => name !== 'acme@55'));
  });

  test('because the call failed ends the asking, and what was heard stands', async () => {
    const failure = new ApiProblem({ status: 503, code: 'service/unavailable', title: 'Not available' });
    const policy = aPolicy({ 'acme@12': failure });
    const heard: string[] = [];
    const asking = async () => {
      for await (const { replies } of askVersions(policy.ask, QUESTION, NAMES)) {
        heard.push(...replies.map(([version]) => version));
      }
    };
    await expect(asking()).rejects.toMatchObject({ code: 'service/unavailable' });
    expect(heard).toEqual(NAMES.slice(0, 48));
    expect(policy.calls).toHaveLength(3);
  });
});

test('what is wrong with the question is said of the question, once', async () => {
  const errors = [0, 1, 2].map((item) => ({ pointer: `/items/${item}/skill_id`, detail: 'too long' }));
  const refusing: AskBatch = () =>
    Promise.reject(new ApiProblem({ status: 422, code: 'input/invalid', title: 'Invalid', errors, retryAfter: 3 }));
  await expect(listen(askVersions(refusing, QUESTION, NAMES))).rejects.toMatchObject({
    code: 'input/invalid',
    errors: [{ pointer: '/skill_id', detail: 'too long' }],
    retryAfter: 3,
  });
});
