/**
 * A worker for tasks of `workflow_ref: external:checksum`: fetches the document at `params.url` and gives its SHA-256 and size. Node 24 runs
 * it as it is (`node worker.ts`), without any package.
 *
 * COUNTERSIGN_URL, COUNTERSIGN_TOKEN (a key with the scope tasks:work) and COUNTERSIGN_TENANT say where it works. COUNTERSIGN_DAG, where it
 * is set, is the definition that it works for: as it is kept, not as somebody who may only start runs brings it along.
 */
import { createHash } from 'node:crypto';

const {
  COUNTERSIGN_URL = 'http://localhost:3000',
  COUNTERSIGN_TOKEN = '',
  COUNTERSIGN_TENANT = 'default',
  COUNTERSIGN_DAG = '',
} = process.env;
const LEASE_SECONDS = 60;
const MAX_BYTES = 50 * 1024 * 1024;

interface Task {
  task_id: string;
  dag_name: string;
  /** Null where the definition is kept nowhere: it came with its run. */
  dag_version: number | null;
  params: Record<string, unknown>;
  attempt: number;
  idempotency_key: string;
  lease_token: string;
}

/** What the work itself is. What it throws is said of the task; a `FinalError` says that trying again would change nothing. */
async function work(task: Task, lost: AbortSignal): Promise<Record<string, unknown>> {
  if (COUNTERSIGN_DAG !== '' && (task.dag_name !== COUNTERSIGN_DAG || task.dag_version === null))
    throw new FinalError(`This worker works for ${COUNTERSIGN_DAG} as it is kept, and for nothing else`);
  const { url } = task.params;
  if (typeof url !== 'string') throw new FinalError('There is no url to fetch');
  const response = await fetch(url, { signal: lost });
  if (response.status >= 400 && response.status < 500) throw new FinalError(`The document answered ${response.status}`);
  if (!response.ok || response.body === null) throw new Error(`The document answered ${response.status}`);
  const hash = createHash('sha256');
  let bytes = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    hash.update(next.value);
    bytes += next.value.length;
    if (bytes > MAX_BYTES) throw new FinalError('The document is too large');
  }
  return { sha256: hash.digest('hex'), bytes };
}

class FinalError extends Error {}

const stopping = new AbortController();

async function main(): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  console.log('working');
  while (!stopping.signal.aborted) {
    const task = await lease();
    if (task !== null) await handle(task);
  }
}

/** The next task, or null where there was none for a while. Whatever is wrong with the way there is tried again. */
async function lease(): Promise<Task | null> {
  const body = {
    tenant_id: COUNTERSIGN_TENANT,
    workflow_refs: ['external:checksum'],
    lease_seconds: LEASE_SECONDS,
    wait_seconds: 20,
  };
  try {
    const answer = await call('/api/v1/tasks/lease', body, stopping.signal);
    if (answer.ok) return ((await answer.json()) as { tasks: Task[] }).tasks[0] ?? null;
    if (answer.status === 401 || answer.status === 403) throw new Error('This key may not work on tasks here');
    await answer.body?.cancel();
  } catch (error) {
    if (stopping.signal.aborted) return null;
    console.error(String(error));
  }
  await pause(2000);
  return null;
}

/** Does one task while its lease is kept. When the lease is lost the work is broken off: somebody else has the task. */
async function handle(task: Task): Promise<void> {
  const lost = new AbortController();
  const heart = setInterval(() => void beat(task, lost), (LEASE_SECONDS * 1000) / 3);
  try {
    const output = await work(task, lost.signal);
    await say(task, 'complete', { output });
  } catch (error) {
    if (lost.signal.aborted) console.log(`lost ${task.task_id}`);
    else await say(task, 'fail', { error: String(error), final: error instanceof FinalError });
  } finally {
    clearInterval(heart);
  }
}

async function beat(task: Task, lost: AbortController): Promise<void> {
  try {
    const body = { lease_token: task.lease_token, lease_seconds: LEASE_SECONDS };
    const answer = await call(`/api/v1/tasks/${task.task_id}/heartbeat`, body);
    await answer.body?.cancel();
    if (answer.status === 409 || answer.status === 404) lost.abort();
  } catch {
    // The next one may get through; the lease lasts for three of them.
  }
}

/** Says how a task went, until it is heard. Said twice under the same lease it counts once. */
async function say(task: Task, how: 'complete' | 'fail', what: object): Promise<void> {
  for (;;) {
    try {
      const answer = await call(`/api/v1/tasks/${task.task_id}/${how}`, { lease_token: task.lease_token, ...what });
      await answer.body?.cancel();
      if (answer.ok) return void console.log(`${how} ${task.task_id}`);
      if (answer.status === 409 || answer.status === 404) return void console.log(`lost ${task.task_id}`);
      if (answer.status < 500 && answer.status !== 429)
        return void console.error(`refused ${answer.status} ${task.task_id}`);
    } catch (error) {
      console.error(String(error));
    }
    await pause(1000);
  }
}

function call(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(new URL(path, COUNTERSIGN_URL), {
    method: 'POST',
    headers: { authorization: `Bearer ${COUNTERSIGN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();
