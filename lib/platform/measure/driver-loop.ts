import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { RecordedStatement } from './recorded';
import { findIds, renumber } from './renumbered';
import type { Rate, SqlLoad } from './sql-load';

/** Plays recorded statements through the bare driver, prepared, each connection for itself: where there is no pgbench. */
export async function runDriverLoop(load: SqlLoad): Promise<Rate> {
  const ids = findIds(load.statements, load.salt);
  const clients = await Promise.all(Array.from({ length: load.connections }, () => connect(load)));
  const times: number[] = [];
  const begin = performance.now();
  const until = begin + load.seconds * 1000;
  const lane = async (client: pg.Client, number: number): Promise<void> => {
    for (let k = 1; k <= (load.rounds ?? Number.POSITIVE_INFINITY) && performance.now() < until; k++) {
      const started = performance.now();
      for (const [index, statement] of load.statements.entries()) {
        const values = statement.values.map((value) => withIds(value, ids, number * 1_000_000_000 + k));
        await client.query({ name: `s${index}`, text: statement.text, values });
      }
      times.push(performance.now() - started);
    }
  };
  try {
    await Promise.all(clients.map(lane));
    return { times, elapsedMs: performance.now() - begin };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function connect({ url, role }: SqlLoad): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`SET ROLE ${pg.escapeIdentifier(role)}`);
  return client;
}

function withIds(value: RecordedStatement['values'][number], ids: Map<string, string>, n: number) {
  if (typeof value !== 'string') return value;
  let text = value;
  for (const [id, suffix] of ids) text = text.replaceAll(id, renumber(id, suffix, n));
  return text;
}
