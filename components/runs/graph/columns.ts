import type { RunTaskResource } from '@/lib/contracts';
import { inOrder } from '@/lib/domain/run';

/** As much of a task as its place needs. */
export type PlacedTask = Pick<RunTaskResource, 'id' | 'depends_on'>;

/** How many tasks stand behind each other in the longest way through. */
export function countColumns(tasks: readonly PlacedTask[]): number {
  const columns = new Map<string, number>();
  const before = new Map(tasks.map(({ id, depends_on }) => [id, depends_on]));
  for (const id of inOrder(tasks.map((task) => ({ id: task.id, dependsOn: task.depends_on })))) {
    columns.set(id, 1 + Math.max(0, ...(before.get(id) ?? []).map((name) => columns.get(name) ?? 0)));
  }
  return Math.max(0, ...columns.values());
}
