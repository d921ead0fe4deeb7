import { isApiProblem } from '@/lib/client';
import type { EvaluationResource, PolicySetResource, PolicySetSummary, RuleWarning } from '@/lib/contracts';

type SetStatus = PolicySetSummary['status'];

/** What can be done to a version. */
export type SetAct = 'activate' | 'retire' | 'shadow' | 'unshadow';

/** Where a version has its page. Tenants are slugs, so nothing has to be escaped. */
export function versionHref(version: string): string {
  return `/policies/${version}`;
}

/** Where two versions are compared. */
export function compareHref(a: string, b: string): string {
  return `/policies/compare?${new URLSearchParams({ a, b })}`;
}

/** "1 rule", "1,000 rules". */
export function countRules(count: number): string {
  return count === 1 ? '1 rule' : `${count.toLocaleString('en-US')} rules`;
}

/** Why something cannot be done to a version in this state; null where it can. */
export function whyNot(act: SetAct, status: SetStatus): string | null {
  if (act === 'activate' || act === 'shadow') return status === 'active' ? 'It decides already' : null;
  if (act === 'unshadow') return null;
  return status === 'retired' ? 'It is retired already' : null;
}

/** What happens when a version is activated or retired; `active` is the one that decides until now, if rules do. */
export function foresee(act: SetAct, set: Pick<PolicySetSummary, 'version' | 'status'>, active: string | null): string {
  if (act === 'retire') {
    return set.status === 'active'
      ? `No rules decide any more: from now on the level configuration does, until a version is activated.`
      : `Nothing changes for requests: ${set.version} decides nothing. It can be activated later all the same.`;
  }
  if (act === 'shadow') {
    return `${set.version} is judged beside ${active ?? 'the level configuration'} from now on and decides nothing. Another shadow ends.`;
  }
  if (act === 'unshadow') return `${set.version} is not judged any more. What was recorded stays.`;
  const again = set.status === 'retired' ? ' again' : '';
  const before = active === null ? 'The level configuration decided until now' : `${active} is retired`;
  return `${before}, ${set.version} decides${again} from now on. Requests that are open keep the answer they got.`;
}

/** What is told when it is done. */
export function describeDone(act: SetAct, { version }: Pick<PolicySetSummary, 'version'>, wasActive: boolean): string {
  if (act === 'activate') return `${version} decides from now on`;
  if (act === 'shadow') return `${version} is judged in the shadow`;
  if (act === 'unshadow') return `${version} is not judged any more`;
  return wasActive ? `${version} is retired, the level configuration decides` : `${version} is retired`;
}

/** Why a version was not activated or retired, in words for who wanted it. */
export function describeSetRefusal(error: unknown): string {
  if (!isApiProblem(error)) return 'Something unexpected went wrong in this page. Reload it and look again.';
  switch (error.code) {
    case 'policy-set/active':
      return 'Somebody was faster: this version decides already.';
    case 'policy-set/retired':
      return 'Somebody was faster: this version is retired already.';
    case 'policy-set/shadow':
      return 'Somebody was faster: this version is the shadow already.';
    case 'policy-set/not-found':
      return 'This version is not here any more.';
    case 'client/unreachable':
      return 'No answer from the server, so whether it was done is not known. Press again: it is done once.';
    default:
      return sentences([error.title, error.detail, ...error.errors.map(({ detail }) => detail)]);
  }
}

/** What says something, each once, each with a full stop. */
function sentences(parts: readonly (string | null)[]): string {
  const said = parts.filter((part) => part !== null && part !== '').map((part) => `${part?.replace(/\.$/, '')}.`);
  return [...new Set(said)].join(' ');
}

const RULE_POINTER = /^\/rules\/(\d+)(?:\/|$)/;

/** The warnings of each rule, by its place in the set; none where they could not be looked for. */
export function warningsByRule(warnings: PolicySetResource['warnings']): Map<number, RuleWarning[]> {
  const found = new Map<number, RuleWarning[]>();
  for (const warning of warnings ?? []) {
    const place = Number(RULE_POINTER.exec(warning.pointer)?.[1] ?? Number.NaN);
    if (!Number.isNaN(place)) found.set(place, [...(found.get(place) ?? []), warning]);
  }
  return found;
}

/** What two versions that were asked the same say of each other. */
export function compareAnswers(mine: EvaluationResource, now: EvaluationResource): string {
  if (mine.decision !== now.decision) return 'They decide differently.';
  if (mine.decision !== 'requires_approval') return 'Both decide the same.';
  if (mine.approval_level_required !== now.approval_level_required || mine.min_approvals !== now.min_approvals) {
    return 'Both ask for people, but not for the same ones.';
  }
  return 'Both decide the same.';
}
