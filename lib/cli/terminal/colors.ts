import type { ApprovalStatus } from '@/lib/domain/approval';

/** Marks text by its meaning; where colours are not wanted, it is the text itself. */
export interface Painter {
  bold: (text: string) => string;
  faint: (text: string) => string;
  status: (text: string, status: ApprovalStatus) => string;
}

/** The hues of the console (amber, violet, green, red, grey), as near as sixteen colours come. */
const STATUS_COLORS = {
  pending: 33,
  escalated: 35,
  approved: 32,
  rejected: 31,
  expired: 90,
  cancelled: 90,
} as const satisfies Record<ApprovalStatus, number>;

export function painter(isColored: boolean): Painter {
  const sgr = (on: number, off: number) => (text: string) => (isColored ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return {
    bold: sgr(1, 22),
    faint: sgr(2, 22),
    status: (text, status) => sgr(STATUS_COLORS[status], 39)(text),
  };
}
