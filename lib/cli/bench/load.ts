import autocannon from 'autocannon';
import type { Rate } from '@/lib/platform/measure';
import { CALLS, type OperationName } from './operations';
import type { Credentials } from './world';

export interface HttpLoad {
  url: string;
  operation: OperationName;
  credentials: Credentials;
  connections: number;
  seconds: number;
  /** The requests that are decided, once each, or read, again and again. */
  requestIds: readonly string[];
}

/**
 * Sends one operation as fast as it is answered.
 * @throws Error when any answer is not a success: a rate of failures says nothing.
 */
export async function measureHttp({
  url,
  operation,
  credentials,
  connections,
  seconds,
  requestIds,
}: HttpLoad): Promise<Rate> {
  let sent = 0;
  const nextCall = () => {
    const { path, method, by, ...rest } = CALLS[operation](requestIds[sent++ % Math.max(1, requestIds.length)] ?? '');
    const headers = { authorization: `Bearer ${credentials[by]}`, 'content-type': 'application/json' };
    return { path, method, headers, ...rest };
  };
  const varies = operation === 'decide' || operation === 'read';
  const times: number[] = [];
  const failures = new Map<number, number>();
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    ...(operation === 'decide' ? { amount: requestIds.length } : {}),
    requests: [varies ? { setupRequest: (request) => ({ ...request, ...nextCall() }) } : nextCall()],
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error: unknown, finished: autocannon.Result) => {
      if (error) reject(error);
      else resolve(finished);
    });
    run.on('response', (_client, status, _bytes, responseTime) => {
      if (status >= 200 && status < 300) times.push(responseTime);
      else failures.set(status, (failures.get(status) ?? 0) + 1);
    });
  });
  if (failures.size > 0 || result.errors > 0) {
    const said = [...failures].map(([status, count]) => `${count} × ${status}`).join(', ');
    throw new Error(`${operation} at ${url} failed: ${said || `${result.errors} connections broke`}`);
  }
  return { times, elapsedMs: result.finish.getTime() - result.start.getTime() };
}
