'use client';

import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { TimeToApprove } from '@/lib/contracts';
import { bucketTicks, describeBucket } from './buckets';
import { AXIS_TEXT, LeftTick } from './chart-axis';
import { ChartFigure } from './chart-figure';
import { ChartTooltip } from './chart-tooltip';
import { durationTicks, formatDuration, formatTick, spellDuration } from './durations';

type Row = TimeToApprove['buckets'][number] & { band: [number, number] | null };

/** With fewer points than this each one is marked: a line between two of them says little. */
const FEW = 12;

/** The median as a line one can read off, and the band up to the slowest twentieth. */
export function ApprovalTimeChart({ data }: { data: TimeToApprove }) {
  const { bucket, overall } = data;
  const rows = data.buckets.map((row): Row => ({ ...row, band: bandOf(row) }));
  const known = rows.filter(({ band }) => band !== null);
  const ticks = durationTicks(Math.max(...known.map(({ p95_seconds: p95 }) => p95 ?? 0), 0));
  const step = ticks[1] ?? 1;
  const nudge = nudgeOf(rows, ticks.at(-1) ?? 1);
  const names = bucketTicks(
    rows.map(({ start }) => start),
    bucket,
  );
  const few = known.length <= FEW;
  return (
    <ChartFigure
      title="Time to approve"
      description={`Median, and the band up to the slowest twentieth, by ${bucket} in which it was asked`}
      empty={known.length === 0 ? 'Nobody has approved anything in this time.' : null}
      summary={`Time to approve by ${bucket}. Over the whole time the median is ${spellDuration(overall.p50_seconds)}, and 95 in 100 approvals took at most ${spellDuration(overall.p95_seconds)}.`}
      table={{
        head: [capital(bucket), 'Approvals', 'Median', '95th percentile'],
        rows: rows.map((row) => [
          describeBucket(row.start, bucket),
          row.approved.toLocaleString('en-US'),
          formatDuration(row.p50_seconds),
          formatDuration(row.p95_seconds),
        ]),
      }}
    >
      <div className="h-62">
        <ResponsiveContainer width="100%" height="100%">
          <ComposedChart data={rows} margin={{ top: 10, right: 58, bottom: 0, left: 0 }} accessibilityLayer={false}>
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
              domain={[0, ticks.at(-1) ?? 1]}
              tick={<LeftTick format={(value) => formatTick(value, step)} />}
              tickLine={false}
              axisLine={false}
              width={46}
              interval={0}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--edge)' }}
              content={({ active, payload }) => {
                const row: Row | undefined = active ? payload[0]?.payload : undefined;
                return row === undefined ? null : (
                  <ChartTooltip
                    title={capital(describeBucket(row.start, bucket))}
                    lines={[
                      { hue: 'var(--line-strong)', label: '95th percentile', value: formatDuration(row.p95_seconds) },
                      { hue: 'var(--act)', label: 'Median', value: formatDuration(row.p50_seconds) },
                      { hue: 'transparent', label: 'Approvals', value: row.approved.toLocaleString('en-US') },
                    ]}
                  />
                );
              }}
            />
            <Area
              dataKey="band"
              type="linear"
              fill="var(--act-soft)"
              fillOpacity={1}
              stroke="none"
              activeDot={false}
              isAnimationActive={false}
            />
            <Line
              dataKey="p95_seconds"
              type="linear"
              stroke="var(--line-strong)"
              strokeWidth={1.25}
              dot={<PointMark rows={rows} few={few} hue="var(--line-strong)" />}
              activeDot={false}
              isAnimationActive={false}
              label={<EndLabel rows={rows} text="p95" hue="var(--ink-3)" nudge={-nudge} />}
            />
            <Line
              dataKey="p50_seconds"
              type="linear"
              stroke="var(--act)"
              strokeWidth={2}
              strokeLinejoin="round"
              dot={<PointMark rows={rows} few={few} hue="var(--act)" />}
              activeDot={{ r: 3.5, fill: 'var(--act)', stroke: 'var(--surface)' }}
              isAnimationActive={false}
              label={<EndLabel rows={rows} text="median" hue="var(--act)" nudge={nudge} />}
            />
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </ChartFigure>
  );
}

function bandOf({ p50_seconds: p50, p95_seconds: p95 }: TimeToApprove['buckets'][number]): [number, number] | null {
  return p50 === null || p95 === null ? null : [p50, p95];
}

interface PointMarkProps {
  rows: readonly Row[];
  few: boolean;
  hue: string;
  /** Recharts gives these to every point. */
  index?: number;
  cx?: number;
  cy?: number;
}

/** A point of its own: a line says nothing where there are few, or where nothing was approved before and after. */
function PointMark({ rows, few, hue, index, cx, cy }: PointMarkProps) {
  if (index === undefined || cx === undefined || cy === undefined || (rows[index]?.band ?? null) === null) return null;
  return few || standsAlone(rows, index) ? <circle cx={cx} cy={cy} r={3} fill={hue} /> : null;
}

/** Whether no line reaches this point: nothing is known on either side. */
export function standsAlone(rows: readonly Pick<Row, 'band'>[], index: number): boolean {
  const isKnown = (at: number) => (rows[at]?.band ?? null) !== null;
  return isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const PLOT_PX = 212;
const LABEL_PX = 14;

/** How far the two names must move apart so that neither stands on the other, in pixels. */
function nudgeOf(rows: readonly Row[], top: number): number {
  const [p50, p95] = rows.findLast(({ band }) => band !== null)?.band ?? [0, 0];
  return Math.max(0, LABEL_PX - ((p95 - p50) / top) * PLOT_PX) / 2;
}

interface EndLabelProps {
  rows: readonly Row[];
  text: string;
  hue: string;
  nudge: number;
  /** Recharts gives these to every point's label. */
  index?: number;
  x?: number;
  y?: number;
}

/** The name of a line, written where it ends instead of in a legend. */
function EndLabel({ rows, text, hue, nudge, index, x, y }: EndLabelProps) {
  const last = rows.findLastIndex(({ band }) => band !== null);
  if (index !== last || x === undefined || y === undefined) return null;
  return (
    <text x={x + 8} y={y + 4 + nudge} fontSize={12} fontWeight={500} fill={hue}>
      {text}
    </text>
  );
}
