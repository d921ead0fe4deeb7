import { AppError, isAppError } from '@/lib/domain/errors';
import type { PolicyType, RuleVerdict } from '@/lib/domain/policy';
import { judgeApart, type RuleInput } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';
import { setName } from './set-name';

export { judge } from '@/lib/platform/cel';

export interface DraftQuestion {
  policyType: PolicyType;
  input: RuleInput;
}

/** What a set says to each question, or why it says nothing to it. */
export type DraftJudge = (set: RuleSet, questions: readonly DraftQuestion[]) => Promise<(RuleVerdict | AppError)[]>;

/** Questions of one call that take too long are looked for until so many are found: each costs a thread. */
const MAX_SLOW = 5;

/**
 * Judges sets that do not decide, in a thread of its own: nobody has agreed to them yet, and whatever they do, what others are waiting for
 * goes on. What takes longer than 100 ms is answered by `policy-set/too-slow`; after five of those, what is left of the call by
 * `service/unavailable`.
 * @throws AppError `service/unavailable` when too many wait already.
 */
export function beginJudging(tenantId: string): DraftJudge {
  let slow = 0;
  const judgeSome: DraftJudge = async (set, questions) => {
    if (slow >= MAX_SLOW) return questions.map(() => leftOut());
    const said = await judgeTogether(tenantId, set, questions);
    if (!isAppError(said)) return said;
    if (questions.length === 1) {
      slow += 1;
      return [said];
    }
    // One of them takes too long. Each by itself, those that do not are answered at once.
    const each: (RuleVerdict | AppError)[] = [];
    for (const question of questions) each.push(...(await judgeSome(set, [question])));
    return each;
  };
  return judgeSome;
}

async function judgeTogether(
  tenantId: string,
  set: RuleSet,
  questions: readonly DraftQuestion[],
): Promise<RuleVerdict[] | AppError> {
  try {
    return await judgeApart(tenantId, { name: setName(tenantId, set.version), set }, questions);
  } catch (error) {
    if (isAppError(error) && error.code === 'policy-set/too-slow') return error;
    throw error;
  }
}

function leftOut(): AppError {
  return new AppError('service/unavailable', {
    detail: 'Too many others of this call took too long; ask this again without them',
  });
}
