import { ApiProblem, isApiProblem } from '@/lib/client';
import { type EvaluationResource, USUAL_BODY_LIMITS } from '@/lib/contracts';
import type { TryQuestion } from '../try-draft';

/** A question, and whose. */
export type Question = TryQuestion & { tenant_id: string };

/** Questions as the API takes them; answers come in their order. */
export type AskBatch = (items: (Question & { policy_version?: string })[]) => Promise<EvaluationResource[]>;

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

/** Faults of one version, which say nothing of the others that were asked in the same call. */
const OF_ONE_VERSION = ['policy-set/too-slow', 'policy-set/not-found'] as const;

/**
 * Asks what decides now and then the versions, in their order, call after call and never two at once. Every call asks what decides now too,
 * so that whoever listens can tell when that has changed. A version that cannot answer is asked alone until it is known which it is.
 * @throws ApiProblem when a call fails for any other reason: what was heard until then stands, and the rest can be asked again.
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
    yield* askSome(ask, question, perCall > 1, versions.slice(from, from + others));
  }
}

/** How many questions fit into one call, what decides now included. */
export function questionsPerCall(question: Question): number {
  const bytes = new TextEncoder().encode(JSON.stringify(question)).length + ITEM_BYTES;
  const keys = countMembers(question) + ITEM_KEYS;
  const most = Math.min(Math.floor(USUAL_BODY_LIMITS.bytes / bytes), Math.floor(USUAL_BODY_LIMITS.keys / keys));
  return Math.max(1, Math.min(MOST_PER_CALL, most));
}

async function* askSome(
  ask: AskBatch,
  question: Question,
  withNow: boolean,
  versions: readonly string[],
): AsyncGenerator<Heard> {
  try {
    yield await askOnce(ask, question, withNow, versions);
  } catch (error) {
    const [version] = versions;
    if (version === undefined || !OF_ONE_VERSION.some((code) => isApiProblem(error, code))) throw ofTheQuestion(error);
    if (versions.length === 1) {
      yield { now: null, replies: [[version, { refusal: error instanceof Error ? error.message : String(error) }]] };
      return;
    }
    const half = Math.ceil(versions.length / 2);
    yield* askSome(ask, question, withNow, versions.slice(0, half));
    yield* askSome(ask, question, withNow, versions.slice(half));
  }
}

async function askOnce(
  ask: AskBatch,
  question: Question,
  withNow: boolean,
  versions: readonly string[],
): Promise<Heard> {
  const answers = await ask([
    ...(withNow ? [question] : []),
    ...versions.map((version) => ({ ...question, policy_version: version })),
  ]);
  const now = withNow ? answerAt(answers, 0) : null;
  const first = withNow ? 1 : 0;
  return { now, replies: versions.map((version, index) => [version, { answer: answerAt(answers, first + index) }]) };
}

function answerAt(answers: readonly EvaluationResource[], index: number): EvaluationResource {
  const answer = answers[index];
  if (answer === undefined) throw new Error('There are fewer answers than questions');
  return answer;
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
