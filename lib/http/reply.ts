import type { Operation } from '@/lib/contracts';
import { isReply, type Reply } from './reply-value';

export { type Reply, reply } from './reply-value';

const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** A document of YAML, for who would rather have that than the operation's JSON. */
export function toYamlResponse(text: string, headers: Record<string, string>): Response {
  return new Response(text, { headers: { ...ALWAYS, ...headers, 'content-type': 'application/yaml', vary: 'accept' } });
}

/** Turns what a handler gave back into the HTTP answer. Data is never stored by caches. */
export function toResponse(operation: Operation, result: unknown): Response {
  if (result instanceof Response || isResponseLike(result)) return result as Response;
  const { data, status, headers } = isReply(result) ? result : ({ data: result } as Reply<unknown>);
  const answerHeaders = new Headers({ ...ALWAYS, ...headers });
  const code = status ?? operation.status ?? 200;
  if (code === 204) return new Response(null, { status: 204, headers: answerHeaders });
  addLocation(answerHeaders, operation, data);
  if (!answerHeaders.has('etag')) addEntityTag(answerHeaders, data);
  if (operation.responseKind === 'yaml') {
    answerHeaders.set('content-type', 'application/yaml');
    return new Response(String(data), { status: code, headers: answerHeaders });
  }
  answerHeaders.set('content-type', 'application/json');
  return new Response(JSON.stringify(data), { status: code, headers: answerHeaders });
}

/** Next has its own Response class; what matters is that it can be sent. */
function isResponseLike(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'headers' in value && 'arrayBuffer' in value && 'status' in value
  );
}

/** `Location` of what was made, where the operation says that it can be read. */
function addLocation(headers: Headers, { location }: Operation, data: unknown): void {
  if (location === undefined || typeof data !== 'object' || data === null) return;
  const members = data as Record<string, unknown>;
  headers.set(
    'location',
    location.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(members[name]))),
  );
}

function addEntityTag(headers: Headers, data: unknown): void {
  if (typeof data !== 'object' || data === null || !('seq' in data) || !('request_id' in data)) return;
  headers.set('etag', `"${String(data.seq)}"`);
}
