'use client';

import '@xyflow/react/dist/base.css';
import { ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { MaximizeIcon, ZoomInIcon, ZoomOutIcon } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { IconButton } from '@/components/ui/button';
import { FlowLine, type LineEdge, lookOf } from './flow-line';
import { CARD, centreOn, type Layout, placeTasks } from './layout';
import { type CardNode, type DrawnTask, TaskCard } from './task-card';

export interface TaskGraphProps {
  tasks: readonly DrawnTask[];
  selected?: string | null;
  /** Without it the drawing is only looked at. */
  onSelect?: (id: string) => void;
}

const NODE_TYPES = { task: TaskCard };
const EDGE_TYPES = { flow: FlowLine };
const LEAST_HEIGHT = 176;
const MOST_HEIGHT = 440;
/** Cards smaller than this cannot be read: a longer run is shown in part, around what is selected. */
const LEAST_ZOOM = 0.55;
const FIRST_ZOOM = 0.8;
const GLIDE = { duration: 160 } as const;

/**
 * The tasks as a drawing, from left to right. It is for the eye and the mouse: whoever cannot see it has the list of tasks below, which
 * says the same and selects the same, so the drawing itself is hidden from assistive technology and takes no focus.
 */
export function TaskGraph(props: TaskGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ tasks, selected = null, onSelect }: TaskGraphProps) {
  const shape = JSON.stringify(tasks.map(({ id, depends_on }) => ({ id, depends_on })));
  const layout = useMemo(() => placeTasks(JSON.parse(shape) as DrawnTask[]), [shape]);
  const nodes = useMemo(() => toNodes(tasks, layout, selected), [tasks, layout, selected]);
  const edges = useMemo(() => toEdges(tasks, layout), [tasks, layout]);
  const frame = useRef<HTMLDivElement>(null);
  const flow = useReactFlow();
  const show = () => showWhole(flow, frame.current, layout, selected);
  // Another selection may be out of sight; the whole is shown again only where somebody asks for it.
  useEffect(() => {
    const card = selected === null ? undefined : layout.cards.get(selected);
    if (card === undefined || frame.current === null || fits(frame.current, layout)) return;
    lookAt(flow, frame.current, layout, card, flow.getZoom(), glide());
  }, [selected, layout, flow]);
  return (
    <div className="overflow-hidden rounded-float border bg-paper">
      <div
        ref={frame}
        aria-hidden="true"
        data-task-graph
        style={{ height: Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, layout.height + 32)) }}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...(onSelect ? { onNodeClick: (_: unknown, node: CardNode) => onSelect(node.id) } : {})}
          onInit={() => requestAnimationFrame(show)}
          minZoom={0.1}
          maxZoom={1.5}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          // It stands below the drawing, where everybody can reach it.
          proOptions={{ hideAttribution: true }}
        />
      </div>
      <div className="flex items-center gap-0.5 border-t py-0.5 pr-1 pl-3">
        <a
          href="https://reactflow.dev"
          target="_blank"
          rel="noopener noreferrer"
          className="mr-auto rounded-mark text-12 text-ink-3 hover:underline"
        >
          React Flow
          <span className="sr-only"> drew this; opens in a new tab</span>
        </a>
        <IconButton label="Zoom out" onClick={() => void flow.zoomOut(glide())}>
          <ZoomOutIcon className="size-4" aria-hidden="true" />
        </IconButton>
        <IconButton label="Zoom in" onClick={() => void flow.zoomIn(glide())}>
          <ZoomInIcon className="size-4" aria-hidden="true" />
        </IconButton>
        <IconButton
          label="Show the whole drawing"
          onClick={() => void flow.fitView({ padding: 0.06, maxZoom: 1, ...glide() })}
        >
          <MaximizeIcon className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

function glide() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? {} : GLIDE;
}

function fits(frame: HTMLElement, { width, height }: Layout): boolean {
  return Math.min(frame.clientWidth / width, frame.clientHeight / height) >= LEAST_ZOOM;
}

/** All of it where that can be read, else the part around what is selected, or the beginning. */
function showWhole(
  flow: ReturnType<typeof useReactFlow>,
  frame: HTMLElement | null,
  layout: Layout,
  selected: string | null,
): void {
  if (frame === null) return;
  if (fits(frame, layout)) return void flow.fitView({ padding: 0.06, maxZoom: 1 });
  const card = layout.cards.get(selected ?? '') ?? [...layout.cards.values()][0];
  if (card) lookAt(flow, frame, layout, card, FIRST_ZOOM);
}

function lookAt(
  flow: ReturnType<typeof useReactFlow>,
  frame: HTMLElement,
  layout: Layout,
  card: { x: number; y: number },
  zoom: number,
  how: { duration?: number } = {},
): void {
  const { x, y } = centreOn(layout, card, { width: frame.clientWidth / zoom, height: frame.clientHeight / zoom });
  void flow.setCenter(x, y, { zoom, ...how });
}

function toNodes(tasks: readonly DrawnTask[], { cards }: Layout, selected: string | null): CardNode[] {
  return tasks.map((task) => ({
    id: task.id,
    type: 'task',
    position: cards.get(task.id) ?? { x: 0, y: 0 },
    ...CARD,
    data: { task, selected: task.id === selected },
  }));
}

function toEdges(tasks: readonly DrawnTask[], { lines }: Layout): LineEdge[] {
  const states = new Map(tasks.map(({ id, state }) => [id, state]));
  return lines.map(({ id, from, to, path }) => ({
    id,
    source: from,
    target: to,
    type: 'flow',
    data: { path, look: lookOf(states.get(from) ?? null, states.get(to) ?? null) },
  }));
}
