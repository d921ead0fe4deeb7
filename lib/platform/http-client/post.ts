import { Agent, type Dispatcher } from 'undici';
import { monotonicMs } from '../clock';
import { guardedConnector, type Resolve, resolveBySystem } from './connector';
import { describeFailure } from './failure';
import { readHead } from './head';

/** From the start to the end of the headers. */
export const TOTAL_TIMEOUT_MS = 10_000;
/** The status decides; what follows the headers is only kept for the record, and waited for this long. */
const BODY_PATIENCE_MS = 2000;

/** What came of a request. Times are in milliseconds. */
export type PostResult =
  | { answered: true; status: number; retryAfter: string | null; head: string; latencyMs: number }
  | { answered: false; timedOut: boolean; error: string; latencyMs: number };

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
  return { post: (url, options) => post(agent, url, options), close: () => agent.destroy() };
}

async function post(agent: Dispatcher, url: string, options: PostOptions): Promise<PostResult> {
  const { timeoutMs = TOTAL_TIMEOUT_MS } = options;
  const startedMs = monotonicMs();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, options.signal]);
  const elapsed = () => Math.round(monotonicMs() - startedMs);
  try {
    const { origin, pathname, search } = new URL(url);
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers: options.headers,
      body: options.body,
      signal,
    });
    const latencyMs = elapsed();
    const head = await readHead(answer.body, Math.min(BODY_PATIENCE_MS, Math.max(0, timeoutMs - latencyMs)));
    return {
      answered: true,
      status: answer.statusCode,
      retryAfter: one(answer.headers['retry-after']),
      head,
      latencyMs,
    };
  } catch (error) {
    const timedOut = deadline.signal.aborted;
    const said = timedOut ? `No answer within ${timeoutMs / 1000} s` : describeFailure(error);
    return { answered: false, timedOut, error: said, latencyMs: elapsed() };
  } finally {
    clearTimeout(timer);
  }
}

function one(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
