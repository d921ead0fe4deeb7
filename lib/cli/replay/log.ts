import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';

/** One case of an approval log: a declaration, and everything that was done about it, in order. */
export const LoggedCase = z.object({
  case_id: z.string().min(1),
  amount_cents: z.int().min(0),
  budget: z.string().nullish(),
  events: z.array(z.object({ at: z.iso.datetime({ offset: true }), activity: z.string(), role: z.string() })),
});
export type LoggedCase = z.output<typeof LoggedCase>;

/**
 * The first `limit` cases of a log with one JSON case a line, compressed or not.
 * @throws Error naming the line that is not a case.
 */
export async function readLog(file: string, limit: number): Promise<LoggedCase[]> {
  const bytes = createReadStream(file);
  const input: Readable = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // A pipe does not hand on what goes wrong at its source.
  bytes.on('error', (error) => input.destroy(error));
  const cases: LoggedCase[] = [];
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    if (cases.length === limit) break;
    cases.push(parseCase(line, `${file}:${number}`));
  }
  bytes.destroy();
  return cases;
}

function parseCase(line: string, where: string): LoggedCase {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where} is not JSON`, { cause: error });
  }
  const parsed = LoggedCase.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${where} is not a case: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
