import { formatMoney } from './money-format';

/** Integer cents with their currency: "€2,500.00". Null is unknown, and says so. */
export function Money({ cents, currency }: { cents: number | null; currency?: string | null }) {
  if (cents === null) return <span className="text-ink-3">unknown</span>;
  return <span className="whitespace-nowrap">{formatMoney(cents, currency)}</span>;
}
