import { EmptyState } from '@/components/ui/empty-state';
import { isNarrowed, type QueueFilters, type View } from './filters';

const WORDS = {
  open: {
    title: 'Nothing is open',
    next: 'When something asks for what needs a person, it appears here by itself.',
  },
  mine: {
    title: 'Nothing waits for you',
    next: 'What you may decide appears here by itself. Under Open is what waits for others, too.',
  },
  approved: { title: 'Nothing has been approved yet', next: 'Decisions are kept for good, and listed here.' },
  rejected: { title: 'Nothing has been rejected yet', next: 'Decisions are kept for good, and listed here.' },
  expired: { title: 'Nothing has expired', next: 'What nobody decides in time is listed here.' },
  cancelled: { title: 'Nothing has been cancelled', next: 'What is taken back before a decision is listed here.' },
  all: {
    title: 'No requests yet',
    next: 'An agent or a pipeline asks by POST to /api/v1/policy/requests, with an API key from Settings.',
  },
} as const satisfies Record<View, { title: string; next: string }>;

/** What it means that a view is empty, and what will fill it. */
export function QueueEmpty({ view }: { view: View }) {
  const { title, next } = WORDS[view];
  return <EmptyState title={title}>{next}</EmptyState>;
}

/** What stands beside a list of which nothing is shown. Only who has nothing left of their own is done. */
export function nothingBeside(filters: QueueFilters, loaded: boolean): string {
  return filters.view === 'mine' && loaded && !isNarrowed(filters) ? 'You are done' : 'Nothing selected';
}
