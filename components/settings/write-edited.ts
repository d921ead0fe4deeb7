import { isApiProblem } from '@/lib/client';

/** A list that is read and written as a whole, of which one row is being edited. */
export interface EditedList<Read, Row> {
  /** What was read when the editing began: what its author has seen. */
  base: Read;
  /** The rows, as they are written. */
  rowsOf: (read: Read) => readonly Row[];
  /** Whether a row is the one that is edited, or would be if it were there. */
  isEdited: (row: Row) => boolean;
  /** What is there now. */
  reread: () => Promise<Read>;
  /** Writes all rows, if what is there still has the tag of what was read. */
  write: (read: Read, rows: Row[]) => Promise<Read>;
}

/** Somebody has changed the very row that is being edited. Whoever edits it has to see that before anything is written over it. */
export class Overtaken<Read> extends Error {
  /** What was read when the editing began, and what is there now. */
  readonly seen: Read;
  readonly now: Read;

  constructor(seen: Read, now: Read) {
    super('Somebody has changed this meanwhile');
    this.name = 'Overtaken';
    this.seen = seen;
    this.now = now;
  }
}

/**
 * Writes a list with one row as it was edited; null takes it away. The tag is that of the whole list: where another row was changed meanwhile
 * that stays, and only where the row itself was, nothing is written.
 * @throws Overtaken with what is there now.
 */
export async function writeEdited<Read, Row>(list: EditedList<Read, Row>, after: Row | null): Promise<Read> {
  const { base, rowsOf, isEdited, reread, write } = list;
  const rowsWith = (read: Read) => [
    ...rowsOf(read).filter((row) => !isEdited(row)),
    ...(after === null ? [] : [after]),
  ];
  try {
    return await write(base, rowsWith(base));
  } catch (error) {
    if (!isApiProblem(error, 'config/changed')) throw error;
    const now = await reread();
    const seen = rowsOf(base).find(isEdited);
    if (JSON.stringify(rowsOf(now).find(isEdited)) !== JSON.stringify(seen)) throw new Overtaken(base, now);
    return write(now, rowsWith(now));
  }
}
