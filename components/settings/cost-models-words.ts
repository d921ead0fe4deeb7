import { formatMoney } from '@/components/ui/money-format';
import type { CostModelBody, CostModelResource, CostModelVersion } from '@/lib/contracts';
import { DRIFT_OUTCOMES, LEARN_FROM } from '@/lib/domain/policy';

type Priced = Pick<CostModelVersion, 'base_cents' | 'rates'>;

/** "0.02, and 0.0003 ct for each /usage/tokens". */
export function describePrice({ base_cents: base, rates }: Priced): string {
  const each = rates.map((rate) => `${rate.cents_per_unit} ct for each ${rate.field}`);
  return base === 0 && each.length > 0 ? each.join(', and ') : [formatMoney(base), ...each].join(', and ');
}

/** What somebody else did to the model of a skill while it was edited. */
export function overtakenModelWords(now: readonly CostModelResource[], skillId: string): string {
  const model = now.find(({ skill_id: other }) => other === skillId);
  const what =
    model === undefined
      ? 'retired this model'
      : `written version ${model.version} of this model: ${describePrice(model)}`;
  return `Somebody has ${what}. To write over that, do it again.`;
}

/** Between what half of the time, and what 19 times of 20, it costs at most, for what the model says. */
export function describeBand({
  outcomes,
  spread: { p50, p95 },
}: Pick<CostModelResource, 'outcomes' | 'spread'>): string {
  if (outcomes === 0) return 'What the model says, until outcomes are reported';
  if (outcomes < LEARN_FROM) return `What the model says, at most ${times(p95)} times that`;
  return `At most ${times(p50)} times that half of the time, ${times(p95)} times in 19 of 20`;
}

/** Where the band comes from, and what that is worth. */
export function describeLearning({ outcomes, spread }: Pick<CostModelResource, 'outcomes' | 'spread'>): string {
  if (outcomes === 0) return 'Nothing is learnt yet: no outcome has been reported';
  const from = `${outcomes.toLocaleString('en-US')} ${outcomes === 1 ? 'outcome' : 'outcomes'}`;
  const confidence = `confidence ${spread.confidence.toFixed(2)}`;
  return outcomes < LEARN_FROM
    ? `${from}, ${confidence}; the middle is learnt from ${LEARN_FROM} on`
    : `${from}, ${confidence}`;
}

/** How far off the model has lately been. */
export function describeDrift({ drift, outcomes }: Pick<CostModelResource, 'drift' | 'outcomes'>): string {
  if (drift !== null) return `${times(drift)} times, the median of the last ${DRIFT_OUTCOMES} outcomes`;
  return outcomes < DRIFT_OUTCOMES
    ? `Measured from ${DRIFT_OUTCOMES} outcomes on`
    : `Measured anew on the next ${DRIFT_OUTCOMES} outcomes`;
}

/** A ratio as people say it. */
export function times(ratio: number): string {
  return ratio.toFixed(2);
}

/** A model as it is written: what the server says about it, and is not to be told, is left out. */
export function toModelBody({ skill_id, base_cents, rates, description }: CostModelResource): CostModelBody {
  return { skill_id, base_cents, rates, description };
}
