import { ApiProblem, isApiProblem } from '@/lib/client';
import { type EvaluationBatch, type EvaluationResource, USUAL_BODY_LIMITS } from '@/lib/contracts';
import type { TryQuestion } from '../try-draft';

/** A question, and whose. */
export type Question = TryQuestion & { tenant_id: string };

/** Questions as the API takes them; what it says comes in their order. */
export type AskBatch = (items: (Question & { policy_version?: string })[]) => Promise<EvaluationBatch['data']>;

/** What a version says, or why it says nothing. */
export type Reply = { answer: EvaluationResource } | { refusal: string };

/** What one call brought: what decides now says this, and these versions that. */
export interface Heard {
  /** Null where the question is so large that each call carries one version alone. */
  now: EvaluationResource | null;
  replies: [version: string, reply: Reply][];
}

/** In one call: few enough that answers are seen coming, and that nobody's draft is judged for long while others wait. */
const MOST_PER_CALL = 25;
/** Beyond the question itself an item has its version's name, its place in the list, and commas. */
const ITEM_BYTES = 400;
const ITEM_KEYS = 2;

/**
 * Asks what decides now and then the versions, in their order, call after call and never two at once. Every call asks what decides now too,
 * so that whoever listens can tell when that has changed. A version that cannot answer says so in its place; one for which there was no
 * time is not heard of, and can be asked again.
 * @throws ApiProblem when a call fails: what was heard until then stands, and the rest can be asked again.
 */
export async function* askVersions(
  ask: AskBatch,
  question: Question,
  versions: readonly string[],
): AsyncGenerator<Heard> {
  const perCall = questionsPerCall(question);
  const others = Math.max(1, perCall - 1);
  // A question of which only one goes into a call: what decides now has a call of its own, once.
  if (perCall === 1 || versions.length === 0) yield await askOnce(ask, question, true, []);
  for (let from = 0; from < versions.length; from += others) {
    yield await askOnce(ask, question, perCall > 1, versions.slice(from, from + others));
  }
}

/** How many questions fit into one call, what decides now included. */
export function questionsPerCall(question: Question): number {
  const bytes = new TextEncoder().encode(JSON.stringify(question)).length + ITEM_BYTES;
  const keys = countMembers(question) + ITEM_KEYS;
  const most = Math.min(Math.floor(USUAL_BODY_LIMITS.bytes / bytes), Math.floor(USUAL_BODY_LIMITS.keys / keys));
  return Math.max(1, Math.min(MOST_PER_CALL, most));
}

async function askOnce(
  ask: AskBatch,
  question: Question,
  withNow: boolean,
  versions: readonly string[],
): Promise<Heard> {
  const asked = versions.map((version) => ({ ...question, policy_version: version }));
  const said = await ask([...(withNow ? [question] : []), ...asked]).catch((error: unknown) => {
    throw ofTheQuestion(error);
  });
  if (said.length !== asked.length + Number(withNow)) throw new Error('There are fewer answers than questions');
  const [now = null] = withNow ? said : [];
  // What names no version always has an answer.
  if (now !== null && 'problem' in now) throw new Error(now.problem.title);
  const ofVersions = withNow ? said.slice(1) : said;
  return { now, replies: versions.flatMap((version, index) => toReply(version, ofVersions[index])) };
}

function toReply(version: string, said: EvaluationBatch['data'][number] | undefined): Heard['replies'] {
  if (said === undefined) return [];
  if (!('problem' in said)) return [[version, { answer: said }]];
  const { code, detail, title } = said.problem;
  // There was no time for it beside others, which says nothing of this version.
  return code === 'service/unavailable' ? [] : [[version, { refusal: detail ?? title }]];
}

/** Every item asks the same: what is wrong with it is said once, of the question and not of its places in the call. */
function ofTheQuestion(error: unknown): unknown {
  if (!isApiProblem(error)) return error;
  const said = new Map(
    error.errors.map((fault) => {
      const pointer = fault.pointer.replace(/^\/items\/\d+/, '');
      return [`${pointer} ${fault.detail}`, { ...fault, pointer }];
    }),
  );
  const { status, code, title, members } = error;
  return new ApiProblem({
    status,
    code,
    title,
    members,
    detail: error.detail ?? undefined,
    errors: [...said.values()],
    retryAfter: error.retryAfter ?? undefined,
    requestId: error.requestId ?? undefined,
    cause: error,
  });
}

/** As the API counts them: the members of objects and the items of lists, at any depth. */
function countMembers(root: unknown): number {
  let count = 0;
  const left = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inside = Object.values(next);
    count += inside.length;
    left.push(...inside.filter((value) => typeof value === 'object' && value !== null));
  }
  return count;
}
