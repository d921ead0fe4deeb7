/** How long a new key may live, as the form offers it. */
export const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'date', label: 'Until a day of my choice' },
  { value: 'never', label: 'Until it is revoked' },
] as const;

export type Lifetime = (typeof LIFETIMES)[number]['value'];

const DAY_MS = 86_400_000;

/** When the key ends: null for never, undefined when the day is missing. A day counts to its end, where the reader is. */
export function toExpiry(lifetime: Lifetime, day: string, nowMs: number): string | null | undefined {
  if (lifetime === 'never') return null;
  if (lifetime !== 'date') return new Date(nowMs + Number(lifetime) * DAY_MS).toISOString();
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
}
