import pg from 'pg';
import { z } from 'zod';

/** A statement as it was sent, with its parameters and the role that sent it. Written down as JSON. */
export const RecordedStatement = z.object({
  role: z.string(),
  text: z.string(),
  values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
});
export type RecordedStatement = z.output<typeof RecordedStatement>;

/**
 * Does `work` and writes down what this process sends to PostgreSQL meanwhile: so that what is measured as "the same SQL" is the same,
 * whoever changes it. For measurements only: it listens in on the driver for as long as `work` takes.
 */
export async function recordStatements(work: () => Promise<unknown>): Promise<RecordedStatement[]> {
  const recorded: { text: string; values: unknown[]; role: Promise<string> }[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args;
    if (isQuery(config)) recorded.push({ text: config.text, values: config.values ?? [], role: roleOf(this, query) });
    return query.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return Promise.all(
    recorded.map(async ({ text, values, role }) => RecordedStatement.parse({ text, values, role: await role })),
  );
}

function isQuery(config: unknown): config is { text: string; values?: unknown[] } {
  return typeof config === 'object' && config !== null && 'text' in config && typeof config.text === 'string';
}

async function roleOf(client: pg.Client, query: (...args: unknown[]) => unknown): Promise<string> {
  const result = (await query.call(client, 'SELECT current_user::text AS role')) as pg.QueryResult<{ role: string }>;
  return result.rows[0]?.role ?? '';
}
