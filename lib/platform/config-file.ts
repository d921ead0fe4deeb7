import { readFile, stat } from 'node:fs/promises';

/** As large as a document may be that is sent. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * The text of a configuration file.
 * @throws Error where it is not there, not readable, or too large.
 */
export async function readConfigFile(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and at most ${MAX_BYTES} are read`);
  return readFile(file, 'utf8');
}
