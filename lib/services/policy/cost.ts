import { type CostBand, modelCents, toBand, toBelieved } from '@/lib/domain/policy';
import type { LearntModel, PolicyConfig } from '@/lib/platform/db';
import type { Asked } from './evaluate';

/** What something would cost, and how far that is believed. */
export interface CostEstimate {
  /** Integer cents, the median; null when nobody knows, which never approves anything by itself. */
  estimateCents: number | null;
  /** Null when nobody knows. Ceilings look at its cautious end. */
  band: CostBand | null;
  /** The version of the skill's model that says so; null where the payload says it, or nobody. */
  modelVersion: number | null;
  /** What that model says before anything is learnt: what outcomes are measured against. */
  modelCents: number | null;
  /** Why nothing is approved by it without a person; null when something may be. */
  distrust: string | null;
}

const UNKNOWN: CostEstimate = {
  estimateCents: null,
  band: null,
  modelVersion: null,
  modelCents: null,
  distrust: 'The cost is unknown, and what is unknown approves nothing',
};

/**
 * What a question would cost: by the model of its skill, and where there is none what its payload says in `amount_cents`. A model that cannot
 * read what it needs leaves the cost unknown; it does not fall back on what the caller says. No query.
 */
export function estimateCost(asked: Asked, config: Pick<PolicyConfig, 'costModels'>): CostEstimate {
  const model = config.costModels.get(asked.skill_id);
  return model === undefined ? asStated(asked.payload) : byModel(model, asked.payload);
}

/** What the payload says that it costs. Nobody has measured that, so its band is a point without confidence. */
export function asStated(payload: Record<string, unknown>): CostEstimate {
  const cents = countIn(payload, 'amount_cents');
  if (cents === null) return UNKNOWN;
  const band = { p50Cents: cents, p95Cents: cents, confidence: 0 };
  return { estimateCents: cents, band, modelVersion: null, modelCents: null, distrust: null };
}

function byModel(model: LearntModel, payload: Record<string, unknown>): CostEstimate {
  const cents = modelCents(model, payload);
  const band = cents === null ? null : toBand(cents, toBelieved(model.spread, model.autoOff === null));
  if (band === null) return { ...UNKNOWN, modelVersion: model.version };
  const distrust =
    model.autoOff === null ? null : `Automatic approval by cost is off for ${model.skillId}: ${model.autoOff.reason}`;
  return { estimateCents: band.p50Cents, band, modelVersion: model.version, modelCents: cents, distrust };
}

/** A non-negative safe integer of the payload; anything else is unknown, and the unknown approves nothing. */
export function countIn(payload: Record<string, unknown>, name: string): number | null {
  const value = Object.hasOwn(payload, name) ? payload[name] : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
