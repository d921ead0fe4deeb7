/** A segment of a path that stands for a param, as the URL parser writes `{name}`. */
const SEGMENT = /^%7B([A-Za-z0-9_-]+)%7D$/i;
const BRACES = /%7B|%7D|[{}]/i;

/** The params that a URL's path names, in order. They stand for whole segments, so that no value reaches the host or another segment. */
export function placeholdersOf(text: string): { names: string[] } | { error: string } {
  if (!URL.canParse(text)) return { error: 'This is not a URL' };
  const url = new URL(text);
  if (BRACES.test(url.host) || BRACES.test(url.search) || BRACES.test(url.hash)) {
    return { error: 'Only whole segments of the path may be {name}; use `query` for what stands behind the ?' };
  }
  const segments = url.pathname.split('/').filter((segment) => BRACES.test(segment));
  const names = segments.map((segment) => SEGMENT.exec(segment)?.[1]);
  if (!names.every((name) => name !== undefined)) {
    return { error: 'A segment of the path is {name} as a whole, or has no braces' };
  }
  return { names };
}

/** A value as one segment of a path or one value of a query; null for what is not a text, a number or a yes or no, or has no such form. */
export function toUrlText(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  const text = String(value);
  return text.isWellFormed() ? text : null;
}

/**
 * The URL with its placeholders filled and its query added. `.` and `..` and nothing at all are refused as segments: they would mean another
 * path.
 */
export function fillUrl(
  text: string,
  paramOf: (name: string) => unknown,
  query: readonly (readonly [string, string])[],
): { url: URL } | { error: string } {
  const url = new URL(text);
  const segments: string[] = [];
  for (const segment of url.pathname.split('/')) {
    const name = SEGMENT.exec(segment)?.[1];
    if (name === undefined) {
      segments.push(segment);
      continue;
    }
    const value = toUrlText(paramOf(name));
    if (value === null) return { error: `The param ${name} is not there, or cannot be a part of a path` };
    if (value === '' || value === '.' || value === '..')
      return { error: `The param ${name} cannot be a part of a path` };
    segments.push(encodeURIComponent(value));
  }
  url.pathname = segments.join('/');
  url.hash = '';
  for (const [name, value] of query) url.searchParams.append(name, value);
  return { url };
}
