import type { FlagRow } from '@/lib/contracts';
import type { DagName } from './dags';
import type { AgentName, PersonName } from './people';
import type { Ask } from './stories';

/** One thing that happens in a scenario, at a moment. `request` and `run` are the scenario's own numbers of them. */
export type Act = { at: Date } & (
  | { does: 'ask'; request: number; agent: AgentName; ask: Ask; expiresInSeconds?: number }
  | { does: 'approve' | 'reject' | 'comment'; request: number; by: PersonName; text: string; level?: number }
  | { does: 'cancel'; request: number; text: string }
  /** Where it was approved and its cost was known: what it really cost, in percent of what was expected. */
  | { does: 'report'; request: number; percent: number }
  | { does: 'start'; run: number; by: PersonName; dag: DagName; params: Record<string, unknown> }
  | { does: 'sign'; run: number; by: PersonName; text: string; data: Record<string, unknown> }
  | { does: 'refuse'; run: number; by: PersonName; text: string }
  | { does: 'flags'; by: PersonName; flags: readonly FlagRow[]; text: string }
  | { does: 'stop' | 'resume'; by: PersonName; text: string }
);

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export function later(at: Date, minutes: number): Date {
  return new Date(at.getTime() + Math.round(minutes * MINUTE_MS));
}
