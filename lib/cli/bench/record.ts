import { api } from '@/lib/http/api';
import { type RecordedStatement, recordStatements } from '@/lib/platform/measure';
import { CALLS, type Call, type OperationName } from './operations';
import type { Credentials } from './world';

/** The operations that need the database in steady state: evaluation answers from memory. */
export const RECORDED = ['create', 'decide', 'read'] as const satisfies readonly OperationName[];
export type Recording = Record<(typeof RECORDED)[number], RecordedStatement[]>;

/** Makes each call a few times in this very process, and writes down the SQL of the last: caches are warm then, as under load. */
export async function recordOperations(credentials: Credentials): Promise<Recording> {
  const call = async ({ method, path, by, body }: Call): Promise<string> => {
    const headers = { authorization: `Bearer ${credentials[by]}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await api(new Request(`http://127.0.0.1${path}`, init));
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { request_id: string }).request_id;
  };
  await warmUp(() => call(CALLS.create()));
  const decided = await call(CALLS.create());
  await call(CALLS.decide(await call(CALLS.create())));
  const create = await recordStatements(() => call(CALLS.create()));
  const decide = await recordStatements(() => call(CALLS.decide(decided)));
  const read = await recordStatements(() => call(CALLS.read(decided)));
  return { create, decide, read };
}

/** The configuration is believed once its versions have been looked at, which happens every second. */
async function warmUp(create: () => Promise<unknown>): Promise<void> {
  for (let statements = 2; statements > 1; ) {
    statements = (await recordStatements(create)).length;
    if (statements > 1) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
