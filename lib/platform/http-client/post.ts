import { Agent, type Dispatcher } from 'undici';
import { monotonicMs } from '../clock';
import { guardedConnector, type Resolve, resolveBySystem } from './connector';
import { describeFailure } from './failure';
import { readHead } from './head';
import { readWhole } from './whole';

/** From the start to the end of the headers. */
export const TOTAL_TIMEOUT_MS = 10_000;
/** The status decides; what follows the headers is only kept for the record, and waited for this long. */
const BODY_PATIENCE_MS = 2000;

/** What came of a request. Times are in milliseconds. */
export type PostResult =
  | { answered: true; status: number; retryAfter: string | null; head: string; latencyMs: number }
  | { answered: false; timedOut: boolean; error: string; latencyMs: number };

/** What came of a request whose answer is read: in whole, or as far as it may be. Times are in milliseconds. */
export type SendResult =
  | {
      answered: true;
      status: number;
      headers: Record<string, string>;
      body: Uint8Array;
      whole: boolean;
      latencyMs: number;
    }
  | { answered: false; timedOut: boolean; error: string; latencyMs: number };

export interface SendOptions {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  /** At most so much of the answer's body is read. */
  maxBytes: number;
  signal?: AbortSignal;
}

interface PostOptions {
  headers: Record<string, string>;
  body: string;
  timeoutMs?: number;
  /** Gives up at once, for shutdown. */
  signal?: AbortSignal;
}

/** Sends requests to addresses that strangers wrote. */
export interface GuardedClient {
  /**
   * Posts to `url`. Never throws for what the other side does: no connection to refused addresses, no redirects followed, 10 s in all,
   * at most a KiB of the answer kept and little more of it read.
   */
  post: (url: string, options: PostOptions) => Promise<PostResult>;
  /** As `post`, by any method, and the answer's body is read within the same time. */
  send: (url: string, options: SendOptions) => Promise<SendResult>;
  close: () => Promise<void>;
}

/** A client of its own; `resolve` replaces the system's resolver. */
export function createGuardedClient(resolve: Resolve = resolveBySystem): GuardedClient {
  const agent = new Agent({
    connect: guardedConnector(TOTAL_TIMEOUT_MS, resolve),
    // The total is limited here; these would only fire beside it.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 30_000,
    pipelining: 1,
    allowH2: false,
  });
  return {
    post: (url, options) => post(agent, url, options),
    send: (url, options) => send(agent, url, options),
    close: () => agent.destroy(),
  };
}

async function post(agent: Dispatcher, url: string, options: PostOptions): Promise<PostResult> {
  const { timeoutMs = TOTAL_TIMEOUT_MS } = options;
  return exchange(
    agent,
    url,
    { ...options, method: 'POST', timeoutMs },
    async ({ body, headers, status, latencyMs }) => {
      const head = await readHead(body, Math.min(BODY_PATIENCE_MS, Math.max(0, timeoutMs - latencyMs)));
      return { answered: true, status, retryAfter: one(headers['retry-after']), head, latencyMs };
    },
  );
}

async function send(agent: Dispatcher, url: string, options: SendOptions): Promise<SendResult> {
  return exchange(agent, url, options, async ({ body, headers, status, latencyMs }) => {
    const { bytes, whole } = await readWhole(body, options.maxBytes);
    return { answered: true, status, headers: joined(headers), body: bytes, whole, latencyMs };
  });
}

interface Answer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  body: Dispatcher.ResponseData['body'];
  latencyMs: number;
}

/** One request and what is made of its answer, within one time limit. */
async function exchange<T>(
  agent: Dispatcher,
  url: string,
  options: Pick<SendOptions, 'method' | 'headers' | 'body' | 'timeoutMs' | 'signal'>,
  read: (answer: Answer) => Promise<T>,
): Promise<T | { answered: false; timedOut: boolean; error: string; latencyMs: number }> {
  const { method, headers, body, timeoutMs } = options;
  const startedMs = monotonicMs();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, options.signal]);
  const elapsed = () => Math.round(monotonicMs() - startedMs);
  try {
    const { origin, pathname, search } = new URL(url);
    const answer = await agent.request({ origin, path: `${pathname}${search}`, method, headers, body, signal });
    const { statusCode: status } = answer;
    return await read({ status, headers: answer.headers, body: answer.body, latencyMs: elapsed() });
  } catch (error) {
    const timedOut = deadline.signal.aborted;
    const said = timedOut ? `No answer within ${timeoutMs / 1000} s` : describeFailure(error);
    return { answered: false, timedOut, error: said, latencyMs: elapsed() };
  } finally {
    clearTimeout(timer);
  }
}

function joined(headers: Answer['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function one(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
