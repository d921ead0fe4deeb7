import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { childEnv } from '../env';
import type { RecordedStatement } from './recorded';
import { findIds, renumberInSql } from './renumbered';
import type { Rate, SqlLoad } from './sql-load';

const run = promisify(execFile);

export async function hasPgbench(): Promise<boolean> {
  try {
    await run('pgbench', ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Plays recorded statements with pgbench, prepared: as fast as this server answers anybody who sends them. */
export async function runPgbench(load: SqlLoad): Promise<Rate> {
  const dir = await mkdtemp(path.join(tmpdir(), 'countersign-pgbench-'));
  try {
    const { script, variables } = toPgbench(load.statements, load.salt);
    await writeFile(path.join(dir, 'script.sql'), script);
    const bounds = load.rounds === undefined ? ['-T', `${load.seconds}`] : ['-t', `${load.rounds}`];
    await run(
      'pgbench',
      ['-n', '-M', 'prepared', '-c', `${load.connections}`, '-j', '2', ...bounds, '-l', '-f', 'script.sql', '-D', 'k=0']
        .concat(Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]))
        .concat(load.url),
      { cwd: dir, env: childEnv({ PGOPTIONS: `-c role=${load.role}` }), maxBuffer: 64 * 1024 * 1024 },
    );
    return await readLog(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The log has a line a transaction: client, number, microseconds, script, and when it ended in seconds and microseconds. */
async function readLog(dir: string): Promise<Rate> {
  const logs = (await readdir(dir)).filter((name) => name.startsWith('pgbench_log.'));
  const texts = await Promise.all(logs.map((name) => readFile(path.join(dir, name), 'utf8')));
  const times: number[] = [];
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [, , tookUs = '', , seconds = '', us = ''] = line.split(' ');
    if (us === '') continue;
    const endedMs = Number(seconds) * 1000 + Number(us) / 1000;
    times.push(Number(tookUs) / 1000);
    firstMs = Math.min(firstMs, endedMs - Number(tookUs) / 1000);
    lastMs = Math.max(lastMs, endedMs);
  }
  return { times, elapsedMs: Math.max(0, lastMs - firstMs) };
}

/**
 * A pgbench script of recorded statements. Parameters stay parameters; ids become expressions of the round's number, which every
 * connection counts for itself.
 */
export function toPgbench(
  statements: readonly RecordedStatement[],
  salt: number,
): { script: string; variables: Record<string, string> } {
  const ids = findIds(statements, salt);
  const variables: Record<string, string> = {};
  const lines = statements.map(({ text, values }, index) => {
    const sql = text.replaceAll(/\$(\d+)/g, (_, number: string) => {
      const name = `v${index}_${number}`;
      const { expression, variable } = toExpression(values[Number(number) - 1] ?? null, name, ids);
      if (variable !== null) variables[name] = variable;
      return expression;
    });
    // Lines stay as they are: a comment ends where its line does.
    return `${sql.trim()};`;
  });
  return { script: ['\\set k :k + 1', '\\set n :client_id * 1000000000 + :k', ...lines, ''].join('\n'), variables };
}

function toExpression(
  value: RecordedStatement['values'][number],
  name: string,
  ids: Map<string, string>,
): { expression: string; variable: string | null } {
  if (value === null) return { expression: 'NULL', variable: null };
  // pgbench takes no empty variables.
  if (value === '') return { expression: "''", variable: null };
  const text = Array.isArray(value) ? `{${value.map((item) => JSON.stringify(item)).join(',')}}` : String(value);
  const own = ids.get(text);
  if (own !== undefined) return { expression: renumberInSql(text, own), variable: null };
  let expression = `:${name}`;
  for (const [id, suffix] of ids) {
    if (text.includes(id)) expression = `replace((${expression})::text, '${id}', ${renumberInSql(id, suffix)})`;
  }
  return { expression, variable: text };
}
