import type { ReactNode } from 'react';
import type { ApprovalStatus } from '@/lib/domain/approval';
import { Badge, type Tone } from './badge';

interface StatusLook {
  word: string;
  tone: Tone;
  /** Drawn in a 10 × 10 box with the current colour. */
  shape: ReactNode;
}

/** How each state looks: a hue, a shape and a word, always together. */
export const STATUS_BADGES = {
  pending: { word: 'Pending', tone: 'open', shape: <circle cx="5" cy="5" r="3.75" /> },
  escalated: { word: 'Escalated', tone: 'esc', shape: <path d="M1.5 5 5 1.5 8.5 5M1.5 9 5 5.5 8.5 9" /> },
  approved: { word: 'Approved', tone: 'yes', shape: <path d="M1.2 5.4 4 8.2 8.8 2" /> },
  rejected: { word: 'Rejected', tone: 'no', shape: <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" /> },
  expired: { word: 'Expired', tone: 'neutral', shape: <path d="M2 1.2h6M2 8.8h6M2.8 1.2 7.2 8.8M7.2 1.2 2.8 8.8" /> },
  cancelled: { word: 'Cancelled', tone: 'neutral', shape: <path d="M1 5h8" /> },
} as const satisfies Record<ApprovalStatus, StatusLook>;

/** A request's state, in its hue, shape and word. */
export function StatusBadge({ status, className }: { status: ApprovalStatus; className?: string }) {
  const { word, tone, shape } = STATUS_BADGES[status];
  return (
    <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>} {...(className ? { className } : {})}>
      {word}
    </Badge>
  );
}

/** A shape of a badge, in the current colour; drawn in a 10 × 10 box. */
export function StatusShape({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 10 10"
      className="size-2.5 overflow-visible"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
