import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CHAIN_START, type ChainLink, differingFields, verifyChain } from '@/lib/domain/audit';

/** As much of a line of `events.jsonl` as proves it. Fields that a later version adds are left alone. */
const Line = z.looseObject({
  request_id: z.string(),
  event_id: z.string(),
  seq: z.int(),
  timestamp: z.string(),
  prev_hash: z.string(),
  canonical: z.string(),
  hash: z.string(),
});
type Line = z.output<typeof Line>;

/** What a line says in its own fields as well as in the text that was hashed. `request_id` is called `subject_id` there. */
const SIGNED_FIELDS = [
  'event_id',
  'tenant_id',
  'seq',
  'type',
  'version',
  'from_status',
  'to_status',
  'actor',
  'actor_type',
  'actor_id',
  'actor_name',
  'reason',
  'data',
] as const;

export interface LineProblem {
  line: number;
  request_id: string | null;
  seq: number | null;
  problem: string;
}

export interface FileVerdict {
  ok: boolean;
  requests: number;
  events: number;
  problems: LineProblem[];
}

/** Enough to see what happened. */
const MOST_PROBLEMS = 1000;

const sha256Hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * Checks an exported `events.jsonl` without the server: every request's chain from its first event on, and every line against the text that was
 * hashed. The end of a history that was cut off cannot be seen in the file alone; the server's own verification knows the heads. A history
 * that is broken is reported once, at its first break. Memory grows with the number of requests, not of events.
 */
export async function verifyLines(lines: AsyncIterable<string>): Promise<FileVerdict> {
  const heads = new Map<string, { seq: number; hash: string } | 'broken'>();
  const problems: LineProblem[] = [];
  let number = 0;
  let events = 0;
  const report = (problem: LineProblem) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    events += 1;
    const line = readLine(text);
    if (line === null) {
      report({ line: number, request_id: null, seq: null, problem: 'is not a line of an export of events' });
      continue;
    }
    const { request_id, seq } = line;
    const at = { line: number, request_id, seq };
    const head = heads.get(request_id) ?? { seq: 0, hash: CHAIN_START };
    for (const problem of linesOwnProblems(line)) report({ ...at, problem });
    if (head === 'broken') continue;
    const verdict = verifyChain([toLink(line)], sha256Hex, undefined, head);
    heads.set(request_id, verdict.ok ? { seq, hash: line.hash } : 'broken');
    if (!verdict.ok) report({ ...at, seq: verdict.seq, problem: verdict.problem });
  }
  return { ok: problems.length === 0, requests: heads.size, events, problems };
}

function readLine(text: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function toLink({ seq, canonical, timestamp: at, prev_hash: prevHash, hash }: Line): ChainLink {
  return { seq, canonical, at, prevHash, hash };
}

/** Whoever edits a field and leaves the hashed text alone leaves the chain whole. */
function linesOwnProblems(line: Line): string[] {
  const said: Record<string, unknown> = { subject_id: line.request_id };
  for (const name of SIGNED_FIELDS) said[name] = line[name];
  const differing = differingFields(line.canonical, said);
  if (differing === null) return ['its signed text is not readable'];
  const named = differing.filter((name) => Object.hasOwn(said, name));
  return named.length === 0 ? [] : [`says something else than what was signed: ${named.join(', ')}`];
}
