import path from 'node:path';
import { verifyChain } from '@/lib/domain/audit';
import { findLastSegment, type Part, writeSegment } from '@/lib/platform/archive-folder';
import { sha256Hex } from '@/lib/platform/crypto';
import {
  ARCHIVE_KINDS,
  type ArchivedLine,
  type ArchiveKind,
  type ArchivePlace,
  listArchivable,
  listTenantIds,
} from '@/lib/platform/db/worker';

/** Requests come with payloads of up to 256 KiB, runs with all that their tasks gave. */
const BATCH = 20;
const MOST_LINES = 10_000;

export interface ArchiveOptions {
  folder: string;
  /** What ended longer ago than this. */
  olderThanDays: number;
}

/** What a call has archived. */
export interface Archived {
  requests: number;
  runs: number;
  files: string[];
  /** What did not prove itself; it is archived as it is. */
  problems: { tenant_id: string; id: string; problem: string }[];
}

/**
 * Writes what was over longer ago than so many days into files, a folder for each tenant: every request with its votes and every run with its
 * tasks, each with its proven history, once, in the order in which they ended. It goes on behind what the folder holds; two at once do no harm.
 * Nothing is removed from the database.
 */
export async function archiveOld({ folder, olderThanDays }: ArchiveOptions): Promise<Archived> {
  const archived: Archived = { requests: 0, runs: 0, files: [], problems: [] };
  for (const { tenant_id: tenantId } of await listTenantIds()) {
    for (const kind of ARCHIVE_KINDS) {
      const own = path.join(folder, tenantId);
      for (let more = true; more; ) {
        const after = (await findLastSegment(own, kind))?.segment.last ?? null;
        const part = partOf(kind, tenantId, after, olderThanDays);
        const segment = await writeSegment(own, kind, part);
        if (segment !== null) {
          archived[kind] += segment.lines;
          archived.files.push(path.join(own, segment.file));
          archived.problems.push(...part.problems.map((problem) => ({ tenant_id: tenantId, ...problem })));
        }
        // Where somebody else was faster, what they have left is looked for.
        more = part.extent()?.lines === MOST_LINES || (segment === null && part.extent() !== null);
      }
    }
  }
  return archived;
}

function partOf(kind: ArchiveKind, tenantId: string, start: ArchivePlace | null, olderThanDays: number) {
  let first: ArchivePlace | null = null;
  let last: ArchivePlace | null = null;
  let lines = 0;
  const problems: { id: string; problem: string }[] = [];
  const read = async function* () {
    for (let after = start, more = true; more && lines < MOST_LINES; after = last) {
      const limit = Math.min(BATCH, MOST_LINES - lines);
      const rows = await listArchivable(kind, tenantId, { after, olderThanDays, limit });
      for (const { at, id, line } of rows) {
        first ??= { at, id };
        last = { at, id };
        lines += 1;
        const problem = problemOf(line);
        if (problem !== null) problems.push({ id, problem });
        yield `${JSON.stringify(line)}\n`;
      }
      more = rows.length === limit;
    }
  };
  const part: Part = { lines: read(), extent: () => (first === null || last === null ? null : { lines, first, last }) };
  return { ...part, problems };
}

/** Whether a history leads from its beginning to the head that its row remembers. */
function problemOf({ row, events }: ArchivedLine): string | null {
  const links = events.map(({ seq, canonical, timestamp: at, prev_hash: prevHash, hash }) => ({
    seq,
    canonical,
    at,
    prevHash,
    hash,
  }));
  const verdict = verifyChain(links, sha256Hex, { seq: row.seq, hash: row.last_hash });
  return verdict.ok ? null : `event ${verdict.seq}: ${verdict.problem}`;
}
