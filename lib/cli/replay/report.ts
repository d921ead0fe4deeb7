import type { Findings, SystemOutcome } from './play';
import type { Outcome } from './script';

const OUTCOMES = ['approved', 'rejected', 'cancelled', 'open', 'expired', 'missing'] as const;
/** What is shown of a long list; the number says how long it is. */
const EXAMPLES = 10;

/** The table at the end of a replay, and examples of what went wrong. */
export function describeFindings(findings: Findings): string {
  const { log, system } = findings;
  const shown = OUTCOMES.filter((name) => has(log, name) > 0 || has(system, name) > 0);
  const facts: [string, string][] = [
    [
      'Cases',
      `${findings.cases}${findings.casesWithoutRequest ? ` (${findings.casesWithoutRequest} never submitted)` : ''}`,
    ],
    ['Requests', `${findings.requests}`],
    ['Mismatches', `${findings.mismatches.length}`],
    ['Late events', `${findings.late} (${findings.lateRefused} refused with 409)`],
    ...(findings.unaskedFor ? ([['Before any submission', `${findings.unaskedFor}`]] as [string, string][]) : []),
    ['Errors', `${findings.errors.length}`],
    ['Answers of 500 or above', `${findings.serverErrors}`],
    [
      'Requests per second',
      `${perSecond(findings)} (${findings.calls} calls in ${(findings.elapsedMs / 1000).toFixed(1)} s)`,
    ],
  ];
  return [
    '',
    'Outcome             log    system',
    ...shown.map((name) => `${name.padEnd(12)} ${column(has(log, name))} ${column(has(system, name))}`),
    '',
    ...facts.map(([label, value]) => `${label.padEnd(24)} ${value}`),
    ...examples('Mismatch', findings.mismatches),
    ...examples('Error', findings.errors),
  ].join('\n');
}

/** Whether the system did what the log says, and never failed. */
export function isClean({ mismatches, errors, serverErrors, late, lateRefused }: Findings): boolean {
  return mismatches.length === 0 && errors.length === 0 && serverErrors === 0 && late === lateRefused;
}

function perSecond({ calls, elapsedMs }: Findings): string {
  return elapsedMs > 0 ? (calls / (elapsedMs / 1000)).toFixed(0) : '0';
}

function has(counts: Map<Outcome, number> | Map<SystemOutcome, number>, name: SystemOutcome): number {
  return (counts as Map<SystemOutcome, number>).get(name) ?? 0;
}

function column(value: number): string {
  return `${value}`.padStart(9);
}

function examples(label: string, texts: readonly string[]): string[] {
  const more = texts.length - EXAMPLES;
  return [...texts.slice(0, EXAMPLES).map((text) => `${label}: ${text}`), ...(more > 0 ? [`… and ${more} more`] : [])];
}
