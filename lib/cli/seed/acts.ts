import type { AgentName, PersonName } from './people';
import type { Ask } from './stories';

/** One thing that happens in a scenario, at a moment. `request` is the scenario's own number of a request. */
export type Act = { at: Date } & (
  | { does: 'ask'; request: number; agent: AgentName; ask: Ask; expiresInSeconds?: number }
  | { does: 'approve' | 'reject' | 'comment'; request: number; by: PersonName; text: string; level?: number }
  | { does: 'cancel'; request: number; text: string }
  | { does: 'stop' | 'resume'; by: PersonName; text: string }
);

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export function later(at: Date, minutes: number): Date {
  return new Date(at.getTime() + Math.round(minutes * MINUTE_MS));
}
