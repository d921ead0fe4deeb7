/** How an axis writes. Sizes in SVG are pixels of the screen here: charts are drawn at their real width. */
export const AXIS_TEXT = { fontSize: 11, fill: 'var(--ink-3)' } as const;

interface LeftTickProps {
  format: (value: number) => string;
  /** Recharts gives these to every tick. */
  y?: number;
  payload?: { value: number };
}

/** A name on the left axis, flush with the heading above the chart. */
export function LeftTick({ format, y, payload }: LeftTickProps) {
  if (y === undefined || payload === undefined) return null;
  return (
    <text x={0} y={y + 4} {...AXIS_TEXT}>
      {format(payload.value)}
    </text>
  );
}

const MOST_LINES = 4;

/** Where the lines of a chart of counts stand: 0 and at most four round numbers, the last one at or above the highest count. */
export function countTicks(highest: number): number[] {
  const least = Math.max(1, highest / MOST_LINES);
  const size = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5].find((times) => times * size >= least) ?? 10) * size;
  const lines = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: lines + 1 }, (_, line) => line * step);
}

/**
 * Heights for names beside a stack, from the ground up, in pixels: each as close to its part as the others let it, `gapPx` from the
 * next, and none above `roomPx` unless there are more than fit.
 */
export function spreadLabels(wanted: readonly number[], gapPx: number, roomPx: number): number[] {
  let floor = 0;
  return wanted.map((height, index) => {
    const ceiling = roomPx - (wanted.length - 1 - index) * gapPx;
    const placed = Math.max(floor, Math.min(height, ceiling));
    floor = placed + gapPx;
    return placed;
  });
}
