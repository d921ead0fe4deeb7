import { runDriverLoop } from './driver-loop';
import { hasPgbench, runPgbench } from './pgbench';
import type { RecordedStatement } from './recorded';

/** Statements to be played again and again on several connections. */
export interface SqlLoad {
  url: string;
  /** The database role that the connections take. */
  role: string;
  statements: readonly RecordedStatement[];
  connections: number;
  seconds: number;
  /** How often each connection plays them at most; for what can be done only so many times. */
  rounds?: number;
  /** Keeps the ids that two operations make apart. */
  salt: number;
}

/** How long each round took, in milliseconds, and all of it together. */
export interface Rate {
  times: number[];
  elapsedMs: number;
}

/** Plays statements as fast as the database answers: with pgbench where it is installed, else with the bare driver. */
export async function measureSql(load: SqlLoad): Promise<Rate & { by: 'pgbench' | 'pg' }> {
  const by = (await hasPgbench()) ? 'pgbench' : 'pg';
  const rate = by === 'pgbench' ? await runPgbench(load) : await runDriverLoop(load);
  return { ...rate, by };
}
