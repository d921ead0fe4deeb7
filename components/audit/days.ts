import { dayIn } from '@/components/ui/zoned-day';
import type { EventResource } from '@/lib/contracts';

export interface DayOfEvents {
  /** The reader's calendar day, as 2026-01-14. */
  day: string;
  events: EventResource[];
}

/** Events in their order, cut where the reader's day changes. */
export function byDay(events: readonly EventResource[], timeZone: string): DayOfEvents[] {
  const days: DayOfEvents[] = [];
  for (const event of events) {
    const day = dayIn(timeZone, Date.parse(event.timestamp));
    const current = days.at(-1);
    if (current?.day === day) current.events.push(event);
    else days.push({ day, events: [event] });
  }
  return days;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** "Wednesday, 14 January 2026", and for the last two days "Today" and "Yesterday" before it. */
export function nameDay(day: string, today: string, yesterday: string): string {
  const at = new Date(day);
  const date = `${WEEKDAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  if (day === today) return `Today · ${date}`;
  return day === yesterday ? `Yesterday · ${date}` : date;
}
