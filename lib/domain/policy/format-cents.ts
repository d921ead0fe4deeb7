/** Cents as units with two decimals and thousands separators. The currency is the payload's affair. */
export function formatCents(cents: number): string {
  const units = Math.trunc(cents / 100)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
  return `${units}.${String(cents % 100).padStart(2, '0')}`;
}
