'use client';

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Volume } from '@/lib/contracts';
import { bucketTicks, describeBucket } from './buckets';
import { AXIS_TEXT, LeftTick } from './chart-axis';
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
  const highest = Math.max(...buckets.map(countAll), 1);
  return (
    <ChartFigure
      title="Volume"
      description={`Requests by ${bucket} and how they ended`}
      summary={`${countAll(total).toLocaleString('en-US')} requests: ${present.map((name) => `${total[name].toLocaleString('en-US')} ${OUTCOMES[name].word}`).join(', ')}.`}
      table={{
        head: [bucket.charAt(0).toUpperCase() + bucket.slice(1), ...present.map((name) => OUTCOMES[name].word)],
        rows: buckets.map((row) => [
          describeBucket(row.start, bucket),
          ...present.map((name) => row[name].toLocaleString('en-US')),
        ]),
      }}
    >
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-[minmax(0,1fr)_auto]">
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
                ticks={[0, highest]}
                domain={[0, highest]}
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
        <ul className="flex flex-wrap content-end gap-x-4 gap-y-1 pb-6.5 text-12 max-sm:pb-0 sm:flex-col-reverse sm:flex-nowrap sm:justify-start">
          {present.map((name) => (
            <li key={name} className="flex items-center gap-2 whitespace-nowrap">
              <span
                aria-hidden="true"
                className="size-2.5 rounded-mark"
                style={{ background: OUTCOMES[name].hue, opacity: OUTCOMES[name].opacity }}
              />
              <span className="text-ink-2">
                <span className="font-medium text-ink">{total[name].toLocaleString('en-US')}</span>{' '}
                {OUTCOMES[name].word}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </ChartFigure>
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
