import type { WorkflowResult } from './workflow';

/** What a task may give, as JSON. Tasks downstream receive it, and it is in every answer that shows the run. */
export const MAX_OUTPUT_BYTES = 256 * 1024;
const MAX_DEPTH = 32;

/** An output as a result, or the fault that keeps it from being stored; that would not change by trying again. */
export function checkOutput(output: Record<string, unknown>): WorkflowResult {
  const fault = findFault(output);
  if (fault !== null) return { ok: false, error: fault, final: true };
  if (Buffer.byteLength(JSON.stringify(output)) > MAX_OUTPUT_BYTES) {
    return { ok: false, error: `The output is larger than ${MAX_OUTPUT_BYTES / 1024} KiB`, final: true };
  }
  return { ok: true, output };
}

/** The database keeps no NUL and no lone halves of characters, and JSON no infinite numbers. */
function findFault(root: unknown): string | null {
  const open: [unknown, number][] = [[root, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MAX_DEPTH) return 'The output is nested too deeply';
    if (typeof value === 'string' && !isClean(value)) return UNCLEAN;
    if (typeof value === 'number' && !Number.isFinite(value)) return 'The output has a number that JSON does not hold';
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      if (!isClean(key)) return UNCLEAN;
      open.push([item, depth + 1]);
    }
  }
  return null;
}

const UNCLEAN = 'The output has characters that cannot be stored';

function isClean(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
