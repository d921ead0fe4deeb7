import { toSentence } from '@/components/ui/form-problem';
import type { PolicySetSummary } from '@/lib/contracts';
import type { AnswerGroup } from './answer-groups';
import { ASPECTS, type Aspect } from './differences';

/** What a version is at the moment, in a word. */
export function wordFor({ status, shadow }: Pick<PolicySetSummary, 'status' | 'shadow'>): string {
  return shadow === null ? status : 'shadow';
}

/** Whom a question goes to. */
export function describeChoice(chosen: readonly string[], known: readonly string[], active: string | null): string {
  const now = `${active ?? 'The level configuration'}, which decides now,`;
  if (chosen.length === 0) return `${now} is asked alone.`;
  if (chosen.length === 1) return `${now} is asked, and ${chosen[0]}.`;
  return `${now} is asked, and ${chosen.length === known.length ? all(chosen.length) : chosen.length} other versions.`;
}

function all(count: number): string {
  return count === 2 ? 'both' : `all ${count}`;
}

const WORDS = {
  decision: 'decision',
  people: 'level or people',
  errors: 'rules that failed',
  violations: 'what is against it',
  reasons: 'reasons',
  rules: 'rules that matched',
  cost: 'cost',
} as const satisfies Record<Aspect, string>;

/** In what an answer differs, the gravest first. Where the decision does, it goes without saying that the people do. */
export function nameDifferences(differs: ReadonlySet<Aspect>): string[] {
  return ASPECTS.filter((aspect) => differs.has(aspect) && !(aspect === 'people' && differs.has('decision'))).map(
    (aspect) => WORDS[aspect],
  );
}

/** What is said of versions that an address asks for, and that are not there; null where all are. */
export function describeMissing(missing: readonly string[]): string | null {
  const [first] = missing;
  if (first === undefined) return null;
  return missing.length === 1
    ? `There is no version ${first} here.`
    : `${missing.length} of the versions asked for are not here, ${first} for one.`;
}

/** What the answers come to, in a sentence or two; `refused` and `left` count versions that gave none, and that were not asked yet. */
export function describeAnswers(groups: readonly AnswerGroup[], refused: number, left: number): string {
  const [same, ...others] = groups;
  const like = same?.versions.length ?? 0;
  const unlike = others.reduce((total, { versions }) => total + versions.length, 0);
  const said = [
    describeDifferent(like, unlike, others.length),
    refused === 0 ? '' : `${refused === 1 ? 'One gives' : `${refused} give`} no answer.`,
    left === 0 ? '' : `${left} ${left === 1 ? 'has' : 'have'} not been asked yet.`,
  ];
  return said.filter((sentence) => sentence !== '').join(' ');
}

function describeDifferent(like: number, unlike: number, ways: number): string {
  const count = like + unlike;
  if (count === 0) return '';
  if (unlike === 0) {
    return count === 1
      ? 'The other version answers the same.'
      : toSentence(`${all(count)} other versions answer the same`);
  }
  if (count === 1) return 'The other version answers otherwise than what decides now.';
  const answer = unlike === 1 ? 'answers' : 'answer';
  const inWays = unlike > 1 && ways > 1 ? `, in ${ways} ways` : '';
  return `${unlike} of ${count} ${answer} otherwise than what decides now${inWays}.`;
}
