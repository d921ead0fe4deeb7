import { randomBytes } from 'node:crypto';
import { newId } from '@/lib/platform/crypto';

/** How a call is recognised across processes: its own id, and the W3C trace it belongs to. */
export interface Trace {
  requestId: string;
  traceId: string | null;
  traceparent: string | null;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Honours `X-Request-Id` (1 to 128 visible ASCII characters) and `traceparent` (W3C Trace Context); makes a request id where there is none. */
export function readTrace(headers: Headers): Trace {
  const given = headers.get('x-request-id');
  const requestId =
    given !== null && /^[\x21-\x7e]{1,128}$/.test(given) ? given : newId('event').replace('evt_', 'rq_');
  const match = TRACEPARENT.exec(headers.get('traceparent') ?? '');
  if (match === null || /^0+$/.test(match[1] ?? '')) return { requestId, traceId: null, traceparent: null };
  return {
    requestId,
    traceId: match[1] ?? null,
    traceparent: `00-${match[1]}-${randomBytes(8).toString('hex')}-${match[3]}`,
  };
}
