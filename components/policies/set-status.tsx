import type { ReactNode } from 'react';
import { Badge, type Tone } from '@/components/ui/badge';
import { StatusShape } from '@/components/ui/status';
import type { PolicySetSummary } from '@/lib/contracts';

const LOOKS = {
  draft: { word: 'Draft', tone: 'neutral', shape: <circle cx="5" cy="5" r="3.75" strokeDasharray="2.4 2.3" /> },
  active: { word: 'Active', tone: 'yes', shape: <path d="M1.2 5.4 4 8.2 8.8 2" /> },
  retired: { word: 'Retired', tone: 'neutral', shape: <path d="M1 5h8" /> },
} as const satisfies Record<PolicySetSummary['status'], { word: string; tone: Tone; shape: ReactNode }>;

/** Whether a version decides, may one day, or has. */
export function SetStatusBadge({ status }: { status: PolicySetSummary['status'] }) {
  const { word, tone, shape } = LOOKS[status];
  return (
    <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>}>
      {word}
    </Badge>
  );
}
