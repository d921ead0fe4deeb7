import { type CelFunc, CelScalar, celMethod, objectType } from '@bufbuild/cel';
import { type Timestamp, TimestampSchema, timestampMs } from '@bufbuild/protobuf/wkt';

const OFFSET = /^([+-]?)(\d\d):(\d\d)$/;
const DAY_MS = 24 * 60 * 60 * 1000;
/** There are some six hundred names of time zones. */
const MAX_ZONES = 1000;
const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

const formatters = new Map<string, Intl.DateTimeFormat>();
/** What was asked last: rules ask the same time for its day and its hours. */
let last: { ms: number; zone: string; date: Date } | null = null;

/** A time as the clocks of a zone show it, in the UTC fields of a date. */
function clockIn(ms: number, zone: string): Date {
  if (last?.ms === ms && last.zone === zone) return last.date;
  const date = readClock(ms, zone);
  last = { ms, zone, date };
  return date;
}

function readClock(ms: number, zone: string): Date {
  const offset = OFFSET.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(ms + (offset[1] === '-' ? -1 : 1) * minutes * 60_000);
  }
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = PARTS.map((part) => parts[part]);
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, ((ms % 1000) + 1000) % 1000));
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    hourCycle: 'h23',
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  if (formatters.size >= MAX_ZONES) formatters.clear();
  formatters.set(zone, made);
  return made;
}

const READERS: Record<string, (date: Date) => number> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => {
    const begin = new Date(date);
    begin.setUTCMonth(0, 1);
    return Math.round(
      (Math.floor(date.getTime() / DAY_MS) * DAY_MS - Math.floor(begin.getTime() / DAY_MS) * DAY_MS) / DAY_MS,
    );
  },
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

const TIMESTAMP = objectType(TimestampSchema);

/**
 * The parts of a time in a zone. The engine's own make a formatter at every call, which takes longer than everything else that a rule does,
 * and go through the machine's own time zone, where some times do not exist.
 */
export const TIME_PARTS: CelFunc[] = Object.entries(READERS).flatMap(([name, read]) => [
  celMethod(name, TIMESTAMP, [], CelScalar.INT, function (this: { message: Timestamp }) {
    return BigInt(read(clockIn(timestampMs(this.message), '+00:00')));
  }),
  celMethod(name, TIMESTAMP, [CelScalar.STRING], CelScalar.INT, function (this: { message: Timestamp }, zone: string) {
    return BigInt(read(clockIn(timestampMs(this.message), zone)));
  }),
]);
