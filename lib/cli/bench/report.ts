import type { Rate } from '@/lib/platform/measure';
import type { OperationName } from './operations';

export interface Measured {
  operation: OperationName;
  /** `direct`, `next`, or what played the SQL. */
  by: string;
  rate: Rate;
  /** Whether this is the database alone, with which the others are compared. */
  isDatabase: boolean;
}

const HEAD = ['operation', 'through', 'req/s', 'p50 ms', 'p95 ms', 'p97.5 ms', 'of the database'];

/** A table of everything measured; the last column is a door's rate over the database's own at the same statements. */
export function describeMeasured(all: readonly Measured[]): string {
  const rows = all.map(({ operation, by, rate, isDatabase }, index) => {
    const database = all.find((other) => other.operation === operation && other.isDatabase);
    const ratio = isDatabase || database === undefined ? '' : (perSecond(rate) / perSecond(database.rate)).toFixed(2);
    return [
      all[index - 1]?.operation === operation ? '' : operation,
      by,
      perSecond(rate).toFixed(0),
      ...[0.5, 0.95, 0.975].map((share) => percentile(rate.times, share).toFixed(1)),
      ratio,
    ];
  });
  const widths = HEAD.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, n) => (n < 2 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  ');
  return [line(HEAD), ...rows.map(line)].join('\n');
}

export function perSecond({ times, elapsedMs }: Rate): number {
  return elapsedMs > 0 ? (times.length / elapsedMs) * 1000 : 0;
}

/** The smallest time that so large a share does not exceed (nearest rank). */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
