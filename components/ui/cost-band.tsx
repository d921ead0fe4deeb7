import type { CostBandResource } from '@/lib/contracts';
import { Money } from './money';

interface CostBandProps {
  /** The median; null where nobody knows it. */
  cents: number | null;
  /** How it was estimated; missing where nobody knows it, or where it was asked before there were models. */
  band: CostBandResource | null | undefined;
  currency?: string | null;
}

/** What something is expected to cost: the middle, the cautious end, and how sure that is, where a model estimates it. */
export function CostBand({ cents, band, currency = null }: CostBandProps) {
  return (
    <>
      <Money cents={cents} currency={currency} />
      {band == null || band.model_version === null ? null : (
        <span className="text-ink-3">
          {band.p95_cents > band.p50_cents ? (
            <>
              {', at most '}
              <Money cents={band.p95_cents} currency={currency} />
              {' in 19 of 20'}
            </>
          ) : null}
          {` · estimated by model version ${band.model_version}, confidence ${band.confidence.toFixed(2)}`}
        </span>
      )}
    </>
  );
}
