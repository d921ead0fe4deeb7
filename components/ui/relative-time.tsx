'use client';

import { cx } from './class-names';
import { useClock, useTimeZone } from './clock';
import {
  formatAge,
  formatExact,
  formatMoment,
  formatSpan,
  type Heat,
  heatOf,
  spellRelative,
  toNearestDay,
} from './time-format';

interface TimeProps {
  /** RFC 3339, as the API gives it. */
  at: string;
  className?: string;
}

interface FaceProps extends TimeProps {
  seen: string;
  heard: string;
}

/** What is seen is short; the exact time is there on hover, and is heard. */
function TimeFace({ at, seen, heard, className }: FaceProps) {
  const exact = formatExact(new Date(at), useTimeZone());
  return (
    <time dateTime={at} title={exact} className={cx('relative whitespace-nowrap', className)}>
      <span aria-hidden="true">{seen}</span>
      <span className="sr-only">{heard ? `${heard}, ${exact}` : exact}</span>
    </time>
  );
}

/** How long ago: "12 min", "3 h". */
export function RelativeTime({ at, ...rest }: TimeProps) {
  const ms = Date.parse(at);
  const seen = useClock((now) => formatAge(now - ms));
  const heard = useClock((now) => spellRelative(ms - now));
  return <TimeFace at={at} seen={seen} heard={heard} {...rest} />;
}

/** The time of day, with the day where it is not today: "09:41", "13 Jan, 09:41". For timelines and records. */
export function Moment({ at, ...rest }: TimeProps) {
  const timeZone = useTimeZone();
  const seen = useClock((now) => formatMoment(new Date(at), new Date(now), timeZone));
  return <TimeFace at={at} seen={seen} heard="" {...rest} />;
}

const HEATS = {
  past: 'text-ink-3',
  hot: 'font-medium text-no',
  warm: 'font-medium text-open',
  calm: 'text-ink-3',
} as const satisfies Record<Heat, string>;

export interface CountdownProps extends TimeProps {
  /** What it says once the moment is past. */
  past?: string;
  /** Red below this; 15 minutes unless told otherwise. */
  hotMs?: number;
  /** Amber below this; an hour unless told otherwise. */
  warmMs?: number;
  /** False in running text, where the colour would shout. */
  heated?: boolean;
  /** Where days are left, to the nearest one: for what ends far away, and not for what has to be done in time. */
  nearestDay?: boolean;
}

/** How long is left: "12 min", red when it is close. It ticks, but is never announced by itself. */
export function Countdown({
  at,
  past = 'due',
  hotMs,
  warmMs,
  heated = true,
  nearestDay = false,
  className,
}: CountdownProps) {
  const ms = Date.parse(at);
  const thresholds = { ...(hotMs === undefined ? {} : { hotMs }), ...(warmMs === undefined ? {} : { warmMs }) };
  const heat = useClock((now) => heatOf(ms - now, thresholds));
  const left = (now: number) => (nearestDay ? toNearestDay(ms - now) : ms - now);
  const seen = useClock((now) => (now >= ms ? past : formatSpan(left(now))));
  const heard = useClock((now) => spellRelative(left(now)));
  return <TimeFace at={at} seen={seen} heard={heard} className={cx(heated && HEATS[heat], className)} />;
}
