import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { dataDir, explained } from './layout.ts';
import {
  codeOf,
  createWhole,
  isAlive,
  ownMark,
  type ProcessMark,
  readIfThere,
  stopProcess,
  takeAway,
  writeWhole,
} from './processes.ts';

/** What a running instance says about itself in `.data/run.json`, for the next start and for seed, replay and bench. */
export interface RunRecord {
  supervisor: ProcessMark;
  children: ProcessMark[];
  /** Where this machine reaches it. */
  url?: string;
  /** Where people open it. */
  home?: string | undefined;
  databaseUrl?: string;
}

/** A start's patience with an older one; a graceful stop takes its children 10 s at the most, and the database a few. */
const STOP_PATIENCE_MS = 25_000;

/** This instance's name, made on first use. What has to live outside the checkout lives in a folder of this name. */
export function instanceId(): string {
  return keep('instance', () => randomBytes(8).toString('hex'), 0o644).trim();
}

/** The secrets of the web process and the worker: from the environment, else generated once and kept. */
export function readSecrets(): { NEXTAUTH_SECRET: string; SECRETS_KEY: string; METRICS_TOKEN: string } {
  const generate = () => ({
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    METRICS_TOKEN: randomBytes(24).toString('base64url'),
  });
  const kept: ReturnType<typeof generate> = JSON.parse(keep('secrets.json', () => JSON.stringify(generate(), null, 2)));
  return {
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || kept.NEXTAUTH_SECRET,
    SECRETS_KEY: process.env.SECRETS_KEY || kept.SECRETS_KEY,
    METRICS_TOKEN: process.env.METRICS_TOKEN || kept.METRICS_TOKEN,
  };
}

/** The text of a file of this instance, which is made when it is first asked for. */
function keep(name: string, make: () => string, mode = 0o600): string {
  const file = path.join(dataDir(), name);
  if (readIfThere(file) === null) createWhole(file, `${make()}\n`, mode);
  return readIfThere(file) ?? '';
}

/** The instance that is running in this data directory, or null. */
export function findRunning(): RunRecord | null {
  const text = readIfThere(runFile());
  const record: RunRecord | null = text ? JSON.parse(text) : null;
  return record && isAlive(record.supervisor) ? record : null;
}

/**
 * Makes this process the one that runs the instance. An older one is stopped first, and so are children that outlived it.
 * Returns how to add to the record, and how to withdraw it.
 */
export async function claimInstance(log: (line: string) => void) {
  let record: RunRecord = { supervisor: ownMark, children: [] };
  while (!createWhole(runFile(), JSON.stringify(record))) {
    const text = readIfThere(runFile());
    if (text !== null) await stopOlder(text, log);
  }
  const isOurs = () => JSON.parse(readIfThere(runFile()) ?? '{}').supervisor?.pid === ownMark.pid;
  return {
    update(change: Partial<RunRecord>): void {
      record = { ...record, ...change };
      // A newer start may have taken over; its record must not be replaced by that of a process it is stopping.
      if (isOurs()) writeWhole(runFile(), JSON.stringify(record));
    },
    release(): void {
      if (isOurs()) takeAway(runFile(), JSON.stringify(record));
    },
  };
}

async function stopOlder(text: string, log: (line: string) => void): Promise<void> {
  const older: RunRecord = JSON.parse(text);
  if (isAlive(older.supervisor)) log(`Stopping the instance that is running (process ${older.supervisor.pid}) …`);
  try {
    for (const mark of [older.supervisor, ...older.children]) await stopProcess(mark, STOP_PATIENCE_MS);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
    throw explained(
      `Another account is running this instance (process ${older.supervisor.pid}).`,
      'Stop it there, or set COUNTERSIGN_DATA_DIR to a directory of your own and PORT to a free port.',
      error,
    );
  }
  takeAway(runFile(), text);
}

function runFile(): string {
  return path.join(dataDir(), 'run.json');
}
