'use client';

import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { AXIS_TEXT } from './chart-axis';
import { ChartTooltip } from './chart-tooltip';
import { describeBound, formatBound } from './durations';

export interface DurationBar {
  /** The bar's upper bound in seconds; null is what is longer than all bounds. */
  upTo: number | null;
  count: number;
}

const ALWAYS_FROM_SECONDS = 3600;
/** Longer than every bound, and still a number that can be compared. */
const LONGER = Number.MAX_SAFE_INTEGER;

/**
 * Without the bars below an hour that nothing is in, and the empty ones at the end but the first, so that the others are wide enough to
 * read: where it ends empty, one sees that nothing took longer.
 */
export function withoutEmptyEnds(bars: readonly DurationBar[]): DurationBar[] {
  const first = bars.findIndex(({ upTo, count }) => count > 0 || upTo === null || upTo >= ALWAYS_FROM_SECONDS);
  const last = bars.findLastIndex(({ count }) => count > 0);
  return bars.slice(Math.max(0, first), Math.max(first, last) + 2);
}

export interface DurationBarsProps {
  bars: readonly DurationBar[];
  /** What is counted: "approvals". */
  noun: string;
  /** What is longer than this many seconds is drawn in the hue of trouble; nothing is, where it is left out. */
  hotAfterSeconds?: number;
  hue?: string;
  opacity?: number;
}

/** How many took how long; every bar carries its number, so there is no axis to read it off. */
export function DurationBars({
  bars,
  noun,
  hotAfterSeconds = Number.POSITIVE_INFINITY,
  hue = 'var(--line-strong)',
  opacity = 1,
}: DurationBarsProps) {
  const shown = withoutEmptyEnds(bars);
  const hueOf = ({ upTo }: DurationBar) => ((upTo ?? LONGER) > hotAfterSeconds ? 'var(--no)' : hue);
  return (
    <div className="h-48">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={shown}
          margin={{ top: 18, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="14%"
          accessibilityLayer={false}
        >
          <XAxis
            dataKey={({ upTo }: DurationBar) => upTo ?? 'more'}
            type="category"
            tickFormatter={(upTo) => formatBound(typeof upTo === 'number' ? upTo : null)}
            interval="equidistantPreserveStart"
            minTickGap={2}
            tick={AXIS_TEXT}
            tickLine={false}
            axisLine={false}
            height={22}
            tickMargin={4}
          />
          <YAxis hide domain={[0, 'dataMax']} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--sunk)' }}
            content={({ active, payload }) => {
              const bar: DurationBar | undefined = active ? payload[0]?.payload : undefined;
              return bar === undefined ? null : (
                <ChartTooltip
                  title={describeBound(bar.upTo)}
                  lines={[{ hue: hueOf(bar), label: noun, value: bar.count.toLocaleString('en-US') }]}
                />
              );
            }}
          />
          <Bar dataKey="count" radius={[2, 2, 0, 0]} maxBarSize={52} fillOpacity={opacity} isAnimationActive={false}>
            {shown.map((bar) => (
              <Cell key={bar.upTo ?? 'more'} fill={hueOf(bar)} />
            ))}
            <LabelList
              dataKey="count"
              position="top"
              fontSize={11}
              fill="var(--ink-3)"
              formatter={(count) => (Number(count) > 0 ? Number(count).toLocaleString('en-US') : '')}
            />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
