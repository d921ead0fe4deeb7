'use client';

import { Bar, BarChart, Cell, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { AXIS_TEXT } from '@/components/insights/chart-axis';
import { ChartFigure } from '@/components/insights/chart-figure';
import { ChartTooltip } from '@/components/insights/chart-tooltip';
import type { CostModelResource } from '@/lib/contracts';
import { DRIFT_LIMIT, DRIFT_OUTCOMES, ONE } from '@/lib/domain/policy';
import { describeRatioBar, placeOf, type RatioBar, toRatioBars } from './cost-models-bars';
import { times } from './cost-models-words';

/** Beyond these a median is drift. */
const LOW = Number(ONE - DRIFT_LIMIT) / Number(ONE);
const HIGH = Number(ONE + DRIFT_LIMIT) / Number(ONE);
const NAMED = [0.1, 0.5, LOW, 1, HIGH, 1.5, 2, 4, 10];

/** How far what things cost was from what the model said, and the median that decides whether it is believed. */
export function DriftChart({ model }: { model: CostModelResource }) {
  const { distribution, drift } = model;
  const bars = toRatioBars(distribution);
  const counted = distribution.reduce((sum, { outcomes }) => sum + outcomes, 0);
  const off = bars.filter(isOff).reduce((sum, { outcomes }) => sum + outcomes, 0);
  const median = drift === null ? '' : `; the median of the last ${DRIFT_OUTCOMES} is ${times(drift)}`;
  return (
    <ChartFigure
      title="Actual for estimated"
      description={`The last ${counted === 1 ? 'outcome' : `${counted} outcomes`}; red is more than a quarter off`}
      summary={`${counted} outcomes by what they cost for what was estimated; ${off} were more than a quarter off${median}.`}
      table={{
        head: ['Times the estimate', 'Outcomes'],
        rows: bars.map((bar) => [describeRatioBar(bar), String(bar.outcomes)]),
      }}
    >
      <Bars bars={bars} drift={drift} />
    </ChartFigure>
  );
}

function Bars({ bars, drift }: { bars: readonly RatioBar[]; drift: number | null }) {
  const median = drift === null ? null : placeOf(bars, drift);
  const ends = bars.flatMap(({ upTo }, index) =>
    upTo !== null && NAMED.includes(upTo) ? [{ at: index + 1, upTo }] : [],
  );
  return (
    <div className="h-36">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={[...bars]}
          margin={{ top: 18, right: 4, bottom: 0, left: 4 }}
          barCategoryGap="12%"
          accessibilityLayer={false}
        >
          <XAxis
            dataKey="at"
            type="number"
            domain={[0, bars.length]}
            ticks={ends.map(({ at }) => at)}
            tickFormatter={(at) => `×${ends.find((end) => end.at === at)?.upTo ?? ''}`}
            interval="preserveStart"
            tick={AXIS_TEXT}
            tickLine={false}
            axisLine={{ stroke: 'var(--line)' }}
            height={22}
            tickMargin={4}
          />
          <YAxis hide domain={[0, 'dataMax']} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--sunk)' }}
            content={({ active, payload }) => {
              const bar: RatioBar | undefined = active ? payload[0]?.payload : undefined;
              return bar === undefined ? null : (
                <ChartTooltip
                  title={`${describeRatioBar(bar)} times the estimate`}
                  lines={[{ hue: hueOf(bar), label: 'outcomes', value: String(bar.outcomes) }]}
                />
              );
            }}
          />
          <Bar dataKey="outcomes" radius={[2, 2, 0, 0]} maxBarSize={40} isAnimationActive={false}>
            {bars.map((bar) => (
              <Cell key={bar.at} fill={hueOf(bar)} />
            ))}
          </Bar>
          <ReferenceLine x={ends.find(({ upTo }) => upTo === 1)?.at ?? 0} stroke="var(--ink-3)" strokeDasharray="2 3" />
          {median === null || drift === null ? null : (
            <ReferenceLine
              x={median}
              stroke="var(--ink)"
              strokeWidth={1.5}
              label={{
                value: `median ×${times(drift)}`,
                position: 'top',
                offset: 6,
                fontSize: 11,
                fill: 'var(--ink)',
                textAnchor: median > bars.length * 0.75 ? 'end' : median < bars.length * 0.25 ? 'start' : 'middle',
              }}
            />
          )}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Whether what is in it is more than a quarter off, as far as its bounds say. */
function isOff({ from, upTo }: RatioBar): boolean {
  return from >= HIGH || (upTo !== null && upTo <= LOW);
}

function hueOf(bar: RatioBar): string {
  return isOff(bar) ? 'var(--no)' : 'var(--line-strong)';
}
