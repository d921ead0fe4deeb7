import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CHAIN_START, type ChainLink, canonicalJson, differingFields, verifyChain } from '@/lib/domain/audit';

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
/** An event as far as it proves itself, whatever its line calls what it is about. */
type Proven = Pick<Line, 'event_id' | 'seq' | 'timestamp' | 'prev_hash' | 'canonical' | 'hash'> &
  Record<string, unknown>;

/** A line of an archive: a request or a run with all that belongs to it, and its whole history. */
const Archived = z.looseObject({
  archived: z.enum(['requests', 'runs']),
  row: z.looseObject({
    id: z.string().optional(),
    run_id: z.string().nullish(),
    status: z.string(),
    seq: z.int(),
    last_hash: z.string(),
    payload: z.unknown().optional(),
    payload_digest: z.string().optional(),
  }),
  events: z.array(Line.omit({ request_id: true }).extend({ subject_id: z.string(), to_status: z.string() })),
});
type Archived = z.output<typeof Archived>;

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
  /** Runs, which only an archive has. */
  runs: number;
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
  const archived = { requests: 0, runs: 0 };
  const report = (problem: LineProblem) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    const value = parseJson(text);
    const whole = Archived.safeParse(value).data;
    if (whole !== undefined) {
      archived[whole.archived] += 1;
      events += whole.events.length;
      const id = idOf(whole);
      for (const { seq, problem } of archivedProblems(whole)) report({ line: number, request_id: id, seq, problem });
      continue;
    }
    events += 1;
    const line = Line.safeParse(value).data;
    if (line === undefined) {
      report({
        line: number,
        request_id: null,
        seq: null,
        problem: 'is not a line of an export of events, nor of an archive',
      });
      continue;
    }
    const { request_id, seq } = line;
    const at = { line: number, request_id, seq };
    const head = heads.get(request_id) ?? { seq: 0, hash: CHAIN_START };
    for (const problem of linesOwnProblems(line, request_id)) report({ ...at, problem });
    if (head === 'broken') continue;
    const verdict = verifyChain([toLink(line)], sha256Hex, undefined, head);
    heads.set(request_id, verdict.ok ? { seq, hash: line.hash } : 'broken');
    if (!verdict.ok) report({ ...at, seq: verdict.seq, problem: verdict.problem });
  }
  const requests = heads.size + archived.requests;
  return { ok: problems.length === 0, requests, runs: archived.runs, events, problems };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const idOf = ({ archived, row }: Archived): string => (archived === 'runs' ? row.run_id : row.id) ?? '';

/** An archived line knows its head: its whole history must lead there, and to what its row says. */
function archivedProblems(line: Archived): { seq: number | null; problem: string }[] {
  const { archived, row, events } = line;
  const problems = events.flatMap((event) =>
    linesOwnProblems(event, event.subject_id).map((problem) => ({ seq: event.seq as number | null, problem })),
  );
  const verdict = verifyChain(events.map(toLink), sha256Hex, { seq: row.seq, hash: row.last_hash });
  if (!verdict.ok) problems.push({ seq: verdict.seq, problem: verdict.problem });
  if (events.some(({ subject_id: id }) => id !== idOf(line)))
    problems.push({ seq: null, problem: 'has events of something else' });
  const last = events.at(-1);
  if (last !== undefined && last.to_status !== row.status) {
    problems.push({ seq: last.seq, problem: `is ${row.status}, its history says ${last.to_status}` });
  }
  if (archived === 'requests') problems.push(...payloadProblems(line));
  return problems;
}

function payloadProblems({ row, events }: Archived): { seq: number | null; problem: string }[] {
  const digest = `sha256:${sha256Hex(canonicalJson(row.payload))}`;
  const asked = parseJson(events[0]?.canonical ?? '') as { data?: { payload_digest?: unknown } } | undefined;
  return digest === row.payload_digest && digest === asked?.data?.payload_digest
    ? []
    : [{ seq: 1, problem: 'its payload is not the one that was asked about' }];
}

function toLink({ seq, canonical, timestamp: at, prev_hash: prevHash, hash }: Proven): ChainLink {
  return { seq, canonical, at, prevHash, hash };
}

/** Whoever edits a field and leaves the hashed text alone leaves the chain whole. */
function linesOwnProblems(line: Proven, subjectId: string): string[] {
  const said: Record<string, unknown> = { subject_id: subjectId };
  for (const name of SIGNED_FIELDS) said[name] = line[name];
  const differing = differingFields(line.canonical, said);
  if (differing === null) return ['its signed text is not readable'];
  const named = differing.filter((name) => Object.hasOwn(said, name));
  return named.length === 0 ? [] : [`says something else than what was signed: ${named.join(', ')}`];
}
