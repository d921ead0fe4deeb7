import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { nowMs } from './clock';

/** What is said of a part of an archive, in a file beside it. A part without one was never finished. */
export interface Segment {
  number: number;
  file: string;
  lines: number;
  /** Of the file as it is. */
  sha256: string;
  /** The SHA-256 of what is said of the part before, so that none can be taken away from between; null for the first. */
  previous: string | null;
  first: { at: string; id: string };
  last: { at: string; id: string };
  written_at: string;
}

/** A part as it is being written: its lines, and where they lie in the order. */
export interface Part {
  lines: AsyncIterable<string>;
  /** Called when the lines have ended; null when there were none. */
  extent: () => Pick<Segment, 'lines' | 'first' | 'last'> | null;
}

const DAY_MS = 86_400_000;
const SAID = /^(\w+)-(\d{6})\.json$/;

const sha256Hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const padded = (number: number) => String(number).padStart(6, '0');

/** The last finished part of a folder, and the SHA-256 of what is said of it. */
export async function findLastSegment(
  folder: string,
  name: string,
): Promise<{ segment: Segment; digest: string } | null> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const last = files
    .filter((file) => SAID.exec(file)?.[1] === name)
    .sort()
    .at(-1);
  if (last === undefined) return null;
  const text = await readFile(path.join(folder, last), 'utf8');
  return { segment: JSON.parse(text) as Segment, digest: sha256Hex(text) };
}

/**
 * Writes the next part: lines in gzip under a name of its own, and last of all what is said of it, which exists whole or not at all. Killed at
 * any moment, it leaves at most a file that nothing is said of, which does not count.
 * @returns null when there were no lines, or when somebody else has finished that part meanwhile.
 */
export async function writeSegment(folder: string, name: string, part: Part): Promise<Segment | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeUnfinished(folder);
  const before = await findLastSegment(folder, name);
  const number = (before?.segment.number ?? 0) + 1;
  const unfinished = path.join(folder, `.${name}-${padded(number)}.${randomBytes(6).toString('hex')}.part`);
  try {
    const sha256 = await compress(part.lines, unfinished);
    const extent = part.extent();
    if (extent === null) return null;
    const file = `${name}-${padded(number)}-${sha256.slice(0, 12)}.jsonl.gz`;
    const segment: Segment = {
      number,
      file,
      ...extent,
      sha256,
      previous: before?.digest ?? null,
      written_at: new Date(nowMs()).toISOString(),
    };
    await rename(unfinished, path.join(folder, file));
    return (await say(folder, `${name}-${padded(number)}.json`, segment)) ? segment : null;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function compress(lines: AsyncIterable<string>, file: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  try {
    await pipeline(Readable.from(lines), createGzip(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        hash.update(piece);
        await handle.appendFile(piece);
      }
    });
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Links it in its place, which fails where there is one already. */
async function say(folder: string, name: string, segment: Segment): Promise<boolean> {
  const unfinished = path.join(folder, `.${name}.${randomBytes(6).toString('hex')}.part`);
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(segment, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(unfinished, path.join(folder, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const winner = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Segment;
    if (winner.file !== segment.file) await unlink(path.join(folder, segment.file));
    return false;
  } finally {
    await unlink(unfinished);
  }
}

/** What a killed process has left unfinished: nobody writes a part for a day. Anything else in the folder is somebody's, and stays. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const file of (await readdir(folder)).filter((name) => name.startsWith('.') && name.endsWith('.part'))) {
    const place = path.join(folder, file);
    const found = await stat(place).catch(() => null);
    if (found !== null && nowMs() - found.mtimeMs > DAY_MS) await rm(place, { force: true });
  }
}
