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

interface TwoLineTickProps {
  parts: (value: number | null) => [string, string];
  bounds: readonly (number | null)[];
  x?: number;
  y?: number;
  payload?: { index: number };
}

/** A bound below a bar: the number, and its unit under it, so that thirteen of them fit. */
export function TwoLineTick({ parts, bounds, x, y, payload }: TwoLineTickProps) {
  if (x === undefined || y === undefined || payload === undefined) return null;
  const [number, unit] = parts(bounds[payload.index] ?? null);
  return (
    <text x={x} y={y} textAnchor="middle" {...AXIS_TEXT}>
      <tspan x={x} dy={10}>
        {number}
      </tspan>
      <tspan x={x} dy={12}>
        {unit}
      </tspan>
    </text>
  );
}
