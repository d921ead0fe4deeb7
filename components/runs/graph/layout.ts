import { Graph, layout } from '@dagrejs/dagre';
import type { PlacedTask } from './columns';

/** Every card is the same size, so that the drawing is made before anything has been drawn. */
export const CARD = { width: 188, height: 64 } as const;

interface Point {
  x: number;
  y: number;
}

export interface Layout {
  /** The upper left corner of each card. */
  cards: ReadonlyMap<string, Point>;
  /** From one task to who waits for it, as an SVG path. */
  lines: readonly { id: string; from: string; to: string; path: string }[];
  width: number;
  height: number;
}

/** Places tasks from left to right, each after what it waits for, with as few crossings as can be had cheaply. The same for the same tasks. */
export function placeTasks(tasks: readonly PlacedTask[]): Layout {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 40, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(tasks.map(({ id }) => id));
  for (const { id } of tasks) graph.setNode(id, { ...CARD });
  for (const { id, depends_on } of tasks) {
    for (const name of depends_on) if (known.has(name)) graph.setEdge(name, id);
  }
  layout(graph);
  const centres = new Map(tasks.map(({ id }) => [id, pointOf(graph.node(id))]));
  const corner = ({ x, y }: Point): Point => ({ x: x - CARD.width / 2, y: y - CARD.height / 2 });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    cards: new Map([...centres].map(([id, centre]) => [id, corner(centre)])),
    lines: graph.edges().map(({ v, w }) => ({
      id: `${v} → ${w}`,
      from: v,
      to: w,
      path: drawLine(centres.get(v), centres.get(w), (graph.edge({ v, w }).points ?? []).map(pointOf)),
    })),
    width,
    height,
  };
}

function pointOf({ x, y }: { x?: number; y?: number }): Point {
  return { x: x ?? 0, y: y ?? 0 };
}

/** From the right edge of one card to the left edge of the other, through the places that the layout has kept free between them. */
function drawLine(from: Point = { x: 0, y: 0 }, to: Point = { x: 0, y: 0 }, points: readonly Point[]): string {
  const start = { x: from.x + CARD.width / 2, y: from.y };
  const end = { x: to.x - CARD.width / 2, y: to.y };
  // The first and the last of the layout's points are on the edges of the cards, wherever it liked.
  const between = points.slice(1, -1).filter(({ x }) => x > start.x && x < end.x);
  const stops = [...between, end];
  let at = start;
  const curves = stops.map((stop) => {
    const half = (stop.x - at.x) / 2;
    const curve = `C${round(at.x + half)} ${round(at.y)} ${round(stop.x - half)} ${round(stop.y)} ${round(stop.x)} ${round(stop.y)}`;
    at = stop;
    return curve;
  });
  return `M${round(start.x)} ${round(start.y)}${curves.join('')}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * Where to look so that a card is as near the middle as it can be without showing what is beyond the drawing; sizes and places as the
 * drawing has them, so what is seen of it is the frame divided by the zoom.
 */
export function centreOn(
  whole: Pick<Layout, 'width' | 'height'>,
  card: Point,
  seen: { width: number; height: number },
): Point {
  const along = (at: number, size: number, room: number) =>
    size <= room ? size / 2 : Math.min(Math.max(at, room / 2), size - room / 2);
  return {
    x: along(card.x + CARD.width / 2, whole.width, seen.width),
    y: along(card.y + CARD.height / 2, whole.height, seen.height),
  };
}
