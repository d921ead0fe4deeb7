/** What is being typed: the first key of a sequence, and until when the second may come. */
export interface Pending {
  first: string;
  untilMs: number;
}

export interface KeyPress {
  key: string;
  atMs: number;
}

const SEQUENCE_MS = 1500;

/** `?` and `A` come with Shift already in the key's name; letters are told apart by nothing but themselves. */
function normalize(key: string): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

/**
 * One key press against the registered shortcuts (`j`, `?`, `g q`): which one it completes, or which sequence it begins. A
 * sequence that is completed wins over a single key; one that is not known is forgotten, and the key counts for itself.
 */
export function matchKey(
  press: KeyPress,
  pending: Pending | null,
  registered: readonly string[],
): { keys: string | null; pending: Pending | null } {
  const key = normalize(press.key);
  if (pending && press.atMs <= pending.untilMs) {
    const sequence = `${pending.first} ${key}`;
    if (registered.includes(sequence)) return { keys: sequence, pending: null };
  }
  if (registered.includes(key)) return { keys: key, pending: null };
  const begins = registered.some((keys) => keys.startsWith(`${key} `));
  return { keys: null, pending: begins ? { first: key, untilMs: press.atMs + SEQUENCE_MS } : null };
}
