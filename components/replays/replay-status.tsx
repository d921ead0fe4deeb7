import type { ReactNode } from 'react';
import { Badge, type Tone } from '@/components/ui/badge';
import { StatusShape } from '@/components/ui/status';
import type { ReplaySummary } from '@/lib/contracts';

const LOOKS = {
  queued: { word: 'Waiting', tone: 'neutral', shape: <circle cx="5" cy="5" r="3.75" strokeDasharray="2.4 2.3" /> },
  running: { word: 'Running', tone: 'act', shape: <path d="M2.5 1.5v7l6-3.5z" /> },
  done: { word: 'Done', tone: 'yes', shape: <path d="M1.2 5.4 4 8.2 8.8 2" /> },
  failed: { word: 'Failed', tone: 'no', shape: <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" /> },
  cancelled: { word: 'Cancelled', tone: 'neutral', shape: <path d="M1 5h8" /> },
} as const satisfies Record<ReplaySummary['status'], { word: string; tone: Tone; shape: ReactNode }>;

/** How a replay stands, in a hue, a shape and a word. */
export function ReplayStatusBadge({ status }: { status: ReplaySummary['status'] }) {
  const { word, tone, shape } = LOOKS[status];
  return (
    <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>}>
      {word}
    </Badge>
  );
}
