'use client';

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { cx } from '@/components/ui/class-names';
import type { Volume } from '@/lib/contracts';
import { bucketTicks, describeBucket } from './buckets';
import { AXIS_TEXT, countTicks, LeftTick, spreadLabels } from './chart-axis';
import { ChartFigure } from './chart-figure';
import { ChartTooltip } from './chart-tooltip';
import { countAll, OUTCOME_NAMES, OUTCOMES } from './outcomes';

type Row = Volume['buckets'][number];

/** Requests by when they were made and how they ended, with the names beside the bars instead of in a legend. */
export function VolumeChart({ data }: { data: Volume }) {
  const { bucket, buckets, total } = data;
  const present = OUTCOME_NAMES.filter((name) => total[name] > 0);
  const names = bucketTicks(
    buckets.map(({ start }) => start),
    bucket,
  );
  const ticks = countTicks(Math.max(...buckets.map(countAll), 0));
  const top = ticks.at(-1) ?? 1;
  return (
    <ChartFigure
      title="Volume"
      description={`Requests by ${bucket} and how they ended`}
      summary={`${countAll(total).toLocaleString('en-US')} requests: ${present.map((name) => `${total[name].toLocaleString('en-US')} ${OUTCOMES[name].word}`).join(', ')}.`}
      empty={present.length === 0 ? 'Nothing was asked in this time.' : null}
      table={{
        head: [bucket.charAt(0).toUpperCase() + bucket.slice(1), ...present.map((name) => OUTCOMES[name].word)],
        rows: buckets.map((row) => [
          describeBucket(row.start, bucket),
          ...present.map((name) => row[name].toLocaleString('en-US')),
        ]),
      }}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2">
        <div className="h-44">
          <ResponsiveContainer width="100%" height="100%">
            <BarChart
              data={buckets}
              margin={{ top: 10, right: 0, bottom: 0, left: 0 }}
              barCategoryGap="12%"
              accessibilityLayer={false}
            >
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="start"
                ticks={names.map(({ start }) => start)}
                tickFormatter={(start) => names.find((name) => name.start === start)?.label ?? ''}
                interval="equidistantPreserveStart"
                minTickGap={10}
                tick={AXIS_TEXT}
                tickLine={false}
                axisLine={false}
                height={26}
                tickMargin={8}
              />
              <YAxis
                ticks={ticks}
                domain={[0, top]}
                tick={<LeftTick format={(value) => value.toLocaleString('en-US')} />}
                tickLine={false}
                axisLine={false}
                width={46}
                interval={0}
              />
              <Tooltip
                isAnimationActive={false}
                cursor={{ fill: 'var(--sunk)' }}
                content={({ active, payload }) => {
                  const row: Row | undefined = active ? payload[0]?.payload : undefined;
                  return row === undefined ? null : (
                    <VolumeTooltip row={row} title={describeBucket(row.start, bucket)} />
                  );
                }}
              />
              {present.map((name) => (
                <Bar
                  key={name}
                  dataKey={name}
                  stackId="outcome"
                  fill={OUTCOMES[name].hue}
                  fillOpacity={OUTCOMES[name].opacity}
                  maxBarSize={48}
                  isAnimationActive={false}
                />
              ))}
            </BarChart>
          </ResponsiveContainer>
        </div>
        <Names present={present} total={total} last={buckets.at(-1)} top={top} />
      </div>
    </ChartFigure>
  );
}

/** Of the picture's 176 px: what the axis and the space above leave to the bars. */
const PLOT_PX = 140;
const AXIS_PX = 26;
const NAME_PX = 16;

interface NamesProps {
  present: readonly (typeof OUTCOME_NAMES)[number][];
  total: Volume['total'];
  /** The bar that they stand beside. */
  last: Row | undefined;
  top: number;
}

/** The name of each part beside the last bar, in its hue and as high as the part, instead of a legend. */
function Names({ present, total, last, top }: NamesProps) {
  let ground = 0;
  const middles = present.map((name) => {
    const height = ((last?.[name] ?? 0) / top) * PLOT_PX;
    ground += height;
    return ground - height / 2;
  });
  const heights = spreadLabels(middles, NAME_PX, PLOT_PX);
  return (
    <ul className="relative w-30 text-12 sm:w-32">
      {present.map((name, index) => (
        <li
          key={name}
          className={cx('absolute left-0 whitespace-nowrap leading-4', OUTCOMES[name].ink)}
          style={{ bottom: AXIS_PX + (heights[index] ?? 0) - NAME_PX / 2 }}
        >
          <span className="font-medium">{total[name].toLocaleString('en-US')}</span> {OUTCOMES[name].word}
        </li>
      ))}
    </ul>
  );
}

function VolumeTooltip({ row, title }: { row: Row; title: string }) {
  const lines = OUTCOME_NAMES.filter((name) => row[name] > 0).map((name) => ({
    hue: OUTCOMES[name].hue,
    label: OUTCOMES[name].word,
    value: row[name].toLocaleString('en-US'),
  }));
  const none = { hue: 'transparent', label: 'requests', value: '0' };
  return (
    <ChartTooltip
      title={title.charAt(0).toUpperCase() + title.slice(1)}
      lines={lines.length === 0 ? [none] : lines.toReversed()}
    />
  );
}
