import { asReference, type HttpParams, isHeaderValue } from './params';
import { fillUrl, toUrlText } from './url';

/** A request as it is sent. */
export interface Filled {
  url: URL;
  headers: Record<string, string>;
  body: string | null;
}

/** The names of the secrets that a definition refers to, each once. */
export function secretsNamed({ headers, body }: Pick<HttpParams, 'headers' | 'body'>): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const reference = asReference(value);
    if (reference === null) Object.values(value).forEach(visit);
    else if (reference.kind === 'secret') names.add(reference.name);
  };
  visit(headers);
  visit(body);
  return [...names];
}

/**
 * Fills in what a definition refers to. Values are put in whole and are not looked into again: a param that holds something like a reference
 * is sent as it is, so that nobody who starts a run comes by a secret.
 */
export function fillTemplate(
  own: HttpParams,
  params: Readonly<Record<string, unknown>>,
  secrets: ReadonlyMap<string, string>,
): Filled | { error: string } {
  const paramOf = (name: string): unknown => (Object.hasOwn(params, name) ? params[name] : undefined);
  const query: [string, string][] = [];
  for (const [key, given] of Object.entries(own.query)) {
    const reference = asReference(given);
    const value = toUrlText(reference === null ? given : paramOf(reference.name));
    if (value === null) return { error: `The query’s ${key} is not there, or is not a text, a number or a yes or no` };
    query.push([key, value]);
  }
  const filled = fillUrl(own.url, paramOf, query);
  if ('error' in filled) return filled;
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(own.headers)) {
    const value = headerValue(given, paramOf, secrets);
    if (value === null || !isHeaderValue(value))
      return { error: `The header ${name} has no value that a header can have` };
    headers[name.toLowerCase()] = value;
  }
  const missing: string[] = [];
  const body = own.body === undefined ? undefined : fillBody(own.body, paramOf, secrets, missing);
  if (missing.length > 0) return { error: `The body refers to what is not there: ${missing.join(', ')}` };
  return { url: filled.url, headers, body: body === undefined ? null : toBody(body, headers) };
}

function headerValue(
  given: HttpParams['headers'][string],
  paramOf: (name: string) => unknown,
  secrets: ReadonlyMap<string, string>,
): string | null {
  if (typeof given === 'string') return given;
  const reference = asReference(given);
  if (reference === null) return null;
  if (reference.kind === 'param') return toUrlText(paramOf(reference.name));
  const secret = secrets.get(reference.name);
  return secret === undefined ? null : reference.prefix + secret;
}

function fillBody(
  value: unknown,
  paramOf: (name: string) => unknown,
  secrets: ReadonlyMap<string, string>,
  missing: string[],
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const reference = asReference(value);
  if (reference !== null) {
    const secret = reference.kind === 'secret' ? secrets.get(reference.name) : undefined;
    const found =
      reference.kind === 'param'
        ? paramOf(reference.name)
        : secret === undefined
          ? undefined
          : reference.prefix + secret;
    if (found === undefined) missing.push(reference.name);
    return found;
  }
  if (Array.isArray(value)) return value.map((item) => fillBody(item, paramOf, secrets, missing));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillBody(item, paramOf, secrets, missing)]),
  );
}

/** JSON, unless the definition names another type and the body is a text: that is sent as it is. */
function toBody(body: unknown, headers: Record<string, string>): string {
  const type = headers['content-type'];
  if (typeof body === 'string' && type !== undefined && !isJson(type)) return body;
  headers['content-type'] ??= 'application/json';
  return JSON.stringify(body);
}

/** Whether a `Content-Type` says JSON (RFC 6839: `+json` too). */
export function isJson(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || type.endsWith('+json');
}
