import { cx } from './class-names';
import { formatMoney } from './money-format';

export interface UsageBarProps {
  /** All in integer cents. */
  limit: number;
  spent: number;
  reserved: number;
  className?: string;
}

/** How much of a limit is spent, and how much is reserved behind it; what is left stays empty. It says so in words, too. */
export function UsageBar({ limit, spent, reserved, className }: UsageBarProps) {
  const share = (cents: number) => (limit === 0 ? 100 : Math.min(100, (cents / limit) * 100));
  const taken = share(spent + reserved);
  const fill = taken >= 100 ? 'bg-no' : taken >= 90 ? 'bg-open' : 'bg-ink-2';
  const words = `${formatMoney(spent)} spent and ${formatMoney(reserved)} reserved of ${formatMoney(limit)}`;
  return (
    <div
      role="img"
      aria-label={words}
      className={cx('relative h-1.5 overflow-hidden rounded-full bg-line forced-colors:border', className)}
    >
      <span className={cx('absolute inset-y-0 left-0 opacity-40', fill)} style={{ width: `${taken}%` }} />
      <span
        className={cx('absolute inset-y-0 left-0 forced-colors:bg-[CanvasText]', fill)}
        style={{ width: `${spent === 0 ? 0 : share(spent)}%` }}
      />
    </div>
  );
}
