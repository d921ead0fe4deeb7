import type { GuardedClient } from '@/lib/platform/http-client';

/** What a task of a run is given, and what it gives back. */
export interface WorkflowCall {
  tenantId: string;
  runId: string;
  taskId: string;
  params: Readonly<Record<string, unknown>>;
  /** From 1. */
  attempt: number;
  /** The same for every attempt at this task: whoever is asked to do something can tell a repetition. */
  idempotencyKey: string;
  /** Ends when the time for the task is over, or the process ends. */
  signal: AbortSignal;
}

/** What a leased workflow is given besides. */
export interface LeasedCall extends WorkflowCall {
  /**
   * The params that the task's definition writes. What steers an effect (where it goes, which secret it takes) is read from here and never
   * from `params`, which whoever starts the run fills.
   */
  own: Readonly<Record<string, unknown>>;
  client: Pick<GuardedClient, 'send'>;
  /** A secret of the tenant, opened; null where there is none of that name. */
  openSecret: (name: string) => Promise<OpenSecret | null>;
}

/** A secret as it is when it is sent. It is never stored, logged or given back. */
export interface OpenSecret {
  value: string;
  /** To which hosts it may go. */
  allowedHosts: readonly string[];
}

export type WorkflowResult =
  | { ok: true; output: Record<string, unknown> }
  /** `final`: trying again would change nothing. `retryAfterSeconds`: not sooner than that. */
  | { ok: false; error: string; final: boolean; retryAfterSeconds?: number };

/**
 * How a workflow is run.
 * - `inline`: pure and quick, and never holds the process for long; it is over in the statement that begins it.
 * - `leased`: by the worker, under a lease, with effects elsewhere; it may be begun again after a crash.
 * - `external`: by somebody's own worker, who leases it over the API.
 * - `asks`: policy is asked, and where it says so, a person.
 */
export type Workflow =
  | { kind: 'inline'; faults: ParamFaults; run: (call: WorkflowCall) => Promise<WorkflowResult> }
  | { kind: 'leased'; faults: ParamFaults; run: (call: LeasedCall) => Promise<WorkflowResult> }
  | { kind: 'external'; faults: ParamFaults }
  | { kind: 'asks'; faults: ParamFaults };

/** What is wrong with the params of a task as its definition writes them: pointers into them. What comes from upstream is not there yet. */
export type ParamFaults = (params: Readonly<Record<string, unknown>>) => { pointer: string; detail: string }[];
