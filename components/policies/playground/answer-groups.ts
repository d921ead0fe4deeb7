import type { EvaluationResource } from '@/lib/contracts';
import type { Reply } from './ask-versions';
import { ASPECTS, type Aspect, differencesOf, partsOf } from './differences';

/** Versions that answer the same. */
export interface AnswerGroup {
  /** The answer of the first of them; they differ in nothing that counts. */
  answer: EvaluationResource;
  /** Newest first; without what decides now. */
  versions: string[];
  /** In what they differ from what decides now; in nothing, for the group that says the same. */
  differs: ReadonlySet<Aspect>;
}

/** What kind of difference is looked at first: who may go on matters more than why. */
const WEIGHT = new Map(ASPECTS.map((aspect, index) => [aspect, 2 ** (ASPECTS.length - index)]));

/**
 * The answers that there are, each with the versions that give it: first what decides now, then what differs most. Within a kind the
 * answer of more versions comes first, then the newer one.
 */
export function groupAnswers(now: EvaluationResource, replies: ReadonlyMap<string, Reply>): AnswerGroup[] {
  const groups = new Map<string, AnswerGroup>([
    [partsOf(now), { answer: now, versions: [], differs: differencesOf(now, now) }],
  ]);
  for (const [version, reply] of replies) {
    if (!('answer' in reply)) continue;
    const said = partsOf(reply.answer);
    const group = groups.get(said) ?? {
      answer: reply.answer,
      versions: [],
      differs: differencesOf(reply.answer, now),
    };
    group.versions.push(version);
    groups.set(said, group);
  }
  const [same, ...others] = groups.values();
  const sorted = others.toSorted(
    (a, b) => weightOf(b.differs) - weightOf(a.differs) || b.versions.length - a.versions.length,
  );
  return same === undefined ? sorted : [same, ...sorted];
}

function weightOf(differs: ReadonlySet<Aspect>): number {
  return [...differs].reduce((total, aspect) => total + (WEIGHT.get(aspect) ?? 0), 0);
}
