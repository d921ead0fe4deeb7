import type { Operation } from '@/lib/contracts';
import { isReply, type Reply } from './reply-value';

export { type Reply, reply } from './reply-value';

/** Turns what a handler gave back into the HTTP answer. Data is never stored by caches. */
export function toResponse(operation: Operation, url: URL, result: unknown): Response {
  if (result instanceof Response || isResponseLike(result)) return result as Response;
  const { data, status, headers } = isReply(result) ? result : ({ data: result } as Reply<unknown>);
  const answerHeaders = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  const code = status ?? operation.status ?? 200;
  if (code === 204) return new Response(null, { status: 204, headers: answerHeaders });
  if (code === 201 || code === 202) addLocation(answerHeaders, url, data);
  if (!answerHeaders.has('etag')) addEntityTag(answerHeaders, data);
  answerHeaders.set('content-type', 'application/json');
  return new Response(JSON.stringify(data), { status: code, headers: answerHeaders });
}

/** Next has its own Response class; what matters is that it can be sent. */
function isResponseLike(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'headers' in value && 'arrayBuffer' in value && 'status' in value
  );
}

/** `Location` of what was made: a collection's address and the new id; a sub-resource's address is its parent's. */
function addLocation(headers: Headers, url: URL, data: unknown): void {
  if (headers.has('location')) return;
  const id = resourceId(data);
  if (id === null) return;
  const path = url.pathname.replace(/\/(comments|test|redeliver)$/, '');
  headers.set('location', path.endsWith(`/${id}`) ? path : `${path}/${id}`);
}

const ID_MEMBERS = ['request_id', 'member_id', 'key_id', 'endpoint_id', 'delivery_id', 'tenant_id'] as const;

function resourceId(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const own = 'delivery_id' in data ? 'delivery_id' : ID_MEMBERS.find((name) => name in data);
  const id = own === undefined ? undefined : (data as Record<string, unknown>)[own];
  return typeof id === 'string' ? id : null;
}

function addEntityTag(headers: Headers, data: unknown): void {
  if (typeof data !== 'object' || data === null || !('seq' in data) || !('request_id' in data)) return;
  headers.set('etag', `"${String(data.seq)}"`);
}
