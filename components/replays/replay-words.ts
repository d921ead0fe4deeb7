import { isApiProblem } from '@/lib/client';
import type { Flip, ReplaySummary, StandingResource } from '@/lib/contracts';

type Status = ReplaySummary['status'];

/** Whether it has not ended yet. */
export function isOpen(status: Status): boolean {
  return status === 'queued' || status === 'running';
}

/** Where a replay has its page. Tenants are slugs and ids are ids, so nothing has to be escaped. */
export function replayHref({
  policy_version: version,
  replay_id: id,
}: Pick<ReplaySummary, 'policy_version' | 'replay_id'>): string {
  return `/policies/${version}/replays/${id}`;
}

/** "1 answer", "1,204 answers". */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** "4.2%", "under 0.1%"; null of nothing. */
export function shareOf(count: number, total: number): string | null {
  if (total === 0) return null;
  const percent = (count / total) * 100;
  if (count > 0 && percent < 0.1) return 'under 0.1%';
  if (count < total && percent > 99.9) return 'over 99.9%';
  return `${percent.toFixed(1).replace(/\.0$/, '')}%`;
}

/** An answer in words: "Allow", "Deny", "Level 4", "Level 4, 2 people". */
export function describeStanding({
  decision,
  approval_level_required: level,
  min_approvals: people,
}: StandingResource): string {
  if (decision !== 'requires_approval') return decision === 'allow' ? 'Allow' : 'Deny';
  return `Level ${level}${people !== null && people > 1 ? `, ${people} people` : ''}`;
}

/** What a difference means for who asks: "Allow becomes Level 4". */
export function describeFlip({ from, to }: Pick<Flip, 'from' | 'to'>): string {
  return `${describeStanding(from)} becomes ${describeStanding(to)}`;
}

/** The hue of the answer that something would get. */
export function hueOf({ decision }: StandingResource): string {
  return decision === 'allow' ? 'var(--yes)' : decision === 'deny' ? 'var(--no)' : 'var(--open)';
}

/** How far a replay is, in words. */
export function describeProgress({
  status,
  evaluated,
  total,
}: Pick<ReplaySummary, 'status' | 'evaluated' | 'total'>): string {
  if (status === 'queued') return 'Waits for the worker';
  if (total === null)
    return evaluated === 0 ? 'Counting what was recorded' : `${evaluated.toLocaleString('en-US')} judged`;
  return `${evaluated.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} judged`;
}

/** A change of a number, with its sign: "+12", "−3.5", "no change". */
export function describeChange(before: number, after: number, digits = 0): string {
  const change = Number((after - before).toFixed(digits));
  if (change === 0) return 'no change';
  const size = Math.abs(change).toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${change > 0 ? '+' : '−'}${size}`;
}

/** Periods that people think in, in days back from now. */
export const PERIODS = [
  { days: 1, label: 'The last 24 hours' },
  { days: 7, label: 'The last 7 days' },
  { days: 30, label: 'The last 30 days' },
  { days: 90, label: 'The last 90 days' },
] as const;

/** Why a replay was not begun or ended, in words for who wanted it. */
export function describeReplayRefusal(error: unknown): string {
  if (!isApiProblem(error)) return 'Something unexpected went wrong in this page. Reload it and look again.';
  switch (error.code) {
    case 'replay/too-many':
      return 'A hundred replays are waiting already. Cancel those that nobody needs any more.';
    case 'replay/not-found':
    case 'policy-set/not-found':
      return 'This is not here any more.';
    case 'client/unreachable':
      return 'No answer from the server, so whether it was done is not known. Press again: it is done once.';
    default:
      return [error.title, error.detail].filter(Boolean).join('. ');
  }
}
