import type { Tone } from '@/components/ui/badge';
import type { DagFault, LintReport, PlannedTask } from '@/lib/contracts';

/** A first definition, whole: what somebody sees before there is any. */
export const FIRST_DEFINITION = `name: weekly_ops_chain
description: Sweep the inbox, ask, report
tasks:
  - id: sweep
    workflow_ref: echo
    params: { inbox_items: "12" }

  - id: sign_off
    type: checkpoint
    depends_on: [sweep]
    prompt: Send the weekly report?
    required_role: Admin
    inputs:
      properties:
        signoff: { type: string, title: What you looked at }
      required: [signoff]

  - id: report # receives sweep__inbox_items and sign_off__signoff
    workflow_ref: echo
    depends_on: [sign_off]
    risk: high
`;

export function dagHref(name: string, version: number | null = null): string {
  return `/dags/${encodeURIComponent(name)}${version === null ? '' : `?version=${version}`}`;
}

export function countTasks(tasks: number, checkpoints: number): string {
  const all = tasks === 1 ? '1 task' : `${tasks} tasks`;
  if (checkpoints === 0) return `${all}, no checkpoint`;
  return `${all}, ${checkpoints === 1 ? '1 checkpoint' : `${checkpoints} checkpoints`}`;
}

export const OUTCOMES = {
  runs: { word: 'Runs', tone: 'neutral' },
  approved: { word: 'Asks, and is approved', tone: 'yes' },
  rejected: { word: 'Asks, and is rejected', tone: 'no' },
  skipped: { word: 'Is skipped', tone: 'neutral' },
} as const satisfies Record<PlannedTask['outcome'], { word: string; tone: Tone }>;

/** How a run would end, in a sentence. */
export function endOf({ status, reason }: Pick<LintReport, 'status' | 'reason'>): string {
  if (status === 'succeeded') return 'The run succeeds.';
  if (status === 'failed') return `The run fails${reason === null ? '' : `: ${reason}`}.`;
  return 'The run does not end.';
}

/** Where a fault is, as people say it: by line where the text has lines, else by its pointer. */
export function placeOf({ line, column, pointer }: DagFault): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}`;
  return pointer === '' ? 'in the whole' : pointer;
}
