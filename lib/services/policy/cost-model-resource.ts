import type { CostModelResource, CostModelVersion, CostRateBody } from '@/lib/contracts';
import { ONE } from '@/lib/domain/policy';
import type { Prisma } from '@/lib/platform/db';

/** A version with what it has learnt. */
export type ModelRow = Prisma.CostModelGetPayload<object> & { learning: Prisma.CostModelLearningGetPayload<object> };

/** How many outcomes of a skill are in one bar. */
export interface RatioCount {
  skillId: string;
  /** How many bounds are below them. */
  bar: number;
  outcomes: number;
}

/** Where the bars of a distribution end, in hundredths; the last bar has no end. Fine around 1, where most should be. */
const BOUNDS = [10, 25, 50, 60, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 125, 130, 140, 150, 200, 400, 1000];
export const RATIO_BOUNDS = BOUNDS.map((hundredths) => hundredths * (Number(ONE) / 100));

/** A version, as the API shows it. */
export function toModelVersion(row: ModelRow): CostModelVersion {
  return {
    skill_id: row.skillId,
    version: row.version,
    base_cents: Number(row.baseCents),
    rates: row.rates as CostRateBody[],
    description: row.description,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    created_by_name: row.createdByName,
    retired_at: row.retiredAt?.toISOString() ?? null,
    outcomes: row.learning.outcomes,
  };
}

/** A model that is in use, with what outcomes have taught. */
export function toModelResource(row: ModelRow, counts: readonly RatioCount[]): CostModelResource {
  const { learning } = row;
  const bars = new Map(
    counts.filter(({ skillId }) => skillId === row.skillId).map(({ bar, outcomes }) => [bar, outcomes]),
  );
  return {
    ...toModelVersion(row),
    spread: {
      p50: toRatio(learning.p50Ratio),
      p95: toRatio(learning.p95Ratio),
      confidence: learning.confidence / 100,
    },
    drift: learning.driftRatio === null ? null : toRatio(learning.driftRatio),
    distribution: [...BOUNDS, null].map((bound, bar) => ({
      up_to: bound === null ? null : bound / 100,
      outcomes: bars.get(bar) ?? 0,
    })),
    auto_approval: {
      enabled: learning.autoOffAt === null,
      off_since: learning.autoOffAt?.toISOString() ?? null,
      off_reason: learning.autoOffReason,
      trusted_at: learning.trustedAt?.toISOString() ?? null,
      trusted_by: learning.trustedBy,
      trusted_by_name: learning.trustedByName,
      trust_reason: learning.trustReason,
    },
  };
}

function toRatio(millionths: bigint): number {
  return Number(millionths) / Number(ONE);
}
