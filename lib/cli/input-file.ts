import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Cli } from './cli';
import { CommandFailure, wrongUsage } from './command-failure';

/** A file to read, `-` is standard input. */
export function openInput(cli: Pick<Cli, 'stdin'>, file: string): Readable {
  return file === '-' ? cli.stdin : createReadStream(file);
}

/** @throws CommandFailure when it cannot be read. */
export async function readInput(cli: Pick<Cli, 'stdin'>, file: string): Promise<string> {
  try {
    return await text(openInput(cli, file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): CommandFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandFailure(`${file} cannot be read: ${reason}`, { cause: error });
}

/** @throws CommandFailure (wrong usage) for what is not JSON. */
export async function readJsonInput(cli: Pick<Cli, 'stdin'>, file: string): Promise<unknown> {
  const content = await readInput(cli, file);
  try {
    return JSON.parse(content);
  } catch (error) {
    throw wrongUsage(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
