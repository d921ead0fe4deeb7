import type { EvaluationResource } from '@/lib/contracts';

/** The parts of an answer in which two versions can differ, the gravest first. */
export const ASPECTS = ['decision', 'people', 'errors', 'violations', 'reasons', 'rules', 'cost'] as const;
export type Aspect = (typeof ASPECTS)[number];

const PARTS = {
  decision: ({ decision }) => decision,
  people: ({ approval_level_required: level, min_approvals: people }) => (level === null ? null : [level, people]),
  reasons: ({ reasons }) => reasons,
  rules: ({ matched_rules: rules }) => rules.map(({ rule_id: id, effect, level }) => [id, effect, level]),
  violations: ({ violations }) => violations.map(({ type, policy }) => [type, policy]),
  errors: ({ errors }) => errors.map(({ rule_id: id }) => id),
  cost: ({ simulated_cost_cents: cents }) => cents,
} as const satisfies Record<Aspect, (answer: EvaluationResource) => unknown>;

/** In what an answer differs from the one that it is compared with. */
export function differencesOf(answer: EvaluationResource, from: EvaluationResource): Set<Aspect> {
  return new Set(
    ASPECTS.filter((aspect) => JSON.stringify(PARTS[aspect](answer)) !== JSON.stringify(PARTS[aspect](from))),
  );
}

/** What an answer says, as a text that is the same for two answers exactly when they differ in nothing. */
export function partsOf(answer: EvaluationResource): string {
  return JSON.stringify(ASPECTS.map((aspect) => PARTS[aspect](answer)));
}
