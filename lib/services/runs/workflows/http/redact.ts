/** Texts without the secrets that were sent: an answer may echo what it was asked. */
export interface Redactor {
  text: (text: string) => string;
  /** Every text and number inside a value, keys too. */
  value: (value: unknown) => unknown;
}

/** Takes out secrets, as they are and as they stand in URLs, in JSON and in base64. Longer ones first: one may be a part of another. */
export function redactor(secrets: ReadonlyMap<string, string>): Redactor {
  const spellings = [...secrets]
    .flatMap(([name, secret]) => [...spellingsOf(secret)].map((spelling) => ({ spelling, mark: `[secret ${name}]` })))
    .sort((a, b) => b.spelling.length - a.spelling.length);
  const text = (given: string): string =>
    spellings.reduce((clean, { spelling, mark }) => clean.replaceAll(spelling, () => mark), given);
  // A number holds about sixteen digits: a longer secret comes back rounded, and is that number.
  const numeric = [...secrets].filter(([, secret]) => /^\d+$/.test(secret));
  const numbers = new Map(numeric.map(([name, secret]) => [Number(secret), `[secret ${name}]`] as const));
  const withoutSecret = (given: number): number | string => {
    const clean = text(String(given));
    return clean === String(given) ? given : clean;
  };
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given === 'number') return numbers.get(given) ?? withoutSecret(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, item]) => [text(key), value(item)]));
  };
  return { text, value };
}

function spellingsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return new Set([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]);
}
