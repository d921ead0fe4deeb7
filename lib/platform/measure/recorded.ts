import pg from 'pg';

type Value = string | number | boolean | null | string[];

/** A statement as it was sent, with its parameters and the role that sent it. */
export interface RecordedStatement {
  role: string;
  text: string;
  values: Value[];
}

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
    recorded.map(async ({ text, values, role }) => ({ text, values: values.map(toValue), role: await role })),
  );
}

/** @throws Error for what could not be sent again as a text. */
function toValue(value: unknown): Value {
  if (typeof value === 'bigint') return String(value);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`A parameter of type ${Object.prototype.toString.call(value)} cannot be recorded`);
}

function isQuery(config: unknown): config is { text: string; values?: unknown[] } {
  return typeof config === 'object' && config !== null && 'text' in config && typeof config.text === 'string';
}

async function roleOf(client: pg.Client, query: (...args: unknown[]) => unknown): Promise<string> {
  const result = (await query.call(client, 'SELECT current_user::text AS role')) as pg.QueryResult<{ role: string }>;
  return result.rows[0]?.role ?? '';
}
