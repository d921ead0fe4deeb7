/**
 * Whether the caller would rather have YAML than JSON (RFC 9110 §12.5.1): the type is named, and JSON, or anything, is not wanted more. Whoever
 * names neither gets JSON.
 */
export function prefersYaml({ headers }: Request): boolean {
  const wanted = new Map((headers.get('accept') ?? '').split(',').map(readRange));
  const yaml = wanted.get('application/yaml') ?? 0;
  return yaml > 0 && yaml >= (wanted.get('application/json') ?? 0);
}

function readRange(range: string): [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return [type, weight === undefined ? 1 : Number(weight) || 0];
}
