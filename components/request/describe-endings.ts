import { formatSpan } from '@/components/ui/time-format';
import type { PrecedentsResource } from '@/lib/contracts';

/** How precedents ended, in a line: "3 approved, 1 rejected · decided in 12 min (median)". */
export function describeEndings({
  median_seconds_to_decide: median,
  ...counts
}: PrecedentsResource['endings']): string {
  const ends = (['approved', 'rejected', 'expired', 'cancelled'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`)
    .join(', ');
  return median === null ? ends : `${ends} · decided in ${formatSpan(median * 1000)} (median)`;
}
