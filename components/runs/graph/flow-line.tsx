'use client';

import type { Edge, EdgeProps } from '@xyflow/react';
import { cx } from '@/components/ui/class-names';
import type { TaskState } from '../task-state';

/** Null in a definition, which nobody has run. */
type State = TaskState | null;

/** How a line looks: quiet, unless something has passed along it or is under way at its end. */
export type LineLook = 'ahead' | 'passed' | 'under-way' | 'gone';

export type LineEdge = Edge<{ path: string; look: LineLook }, 'flow'>;

const LOOKS = {
  ahead: 'stroke-line-strong',
  passed: 'stroke-edge',
  'under-way': 'stroke-act [stroke-dasharray:5_4] motion-safe:animate-flow',
  gone: 'stroke-line-strong [stroke-dasharray:1_5] opacity-70',
} as const satisfies Record<LineLook, string>;

/** A line from a task to who waits for it. */
export function FlowLine({ data }: EdgeProps<LineEdge>) {
  if (data === undefined) return null;
  return <path d={data.path} fill="none" strokeWidth="1.5" strokeLinecap="round" className={cx(LOOKS[data.look])} />;
}

/** What a line says of the tasks at its ends. */
export function lookOf(from: State, to: State): LineLook {
  if (from === 'skipped' || to === 'skipped' || to === 'unreached') return 'gone';
  if (to === 'running' || to === 'queued' || to === 'retrying' || to === 'waiting') return 'under-way';
  return to === null || to === 'pending' ? 'ahead' : 'passed';
}
