import { type CelToken, tokenizeCel } from './cel-tokens';

/** The tokens of a line of JSON, which is written like the literals of CEL; a name is a `member`. */
export function tokenizeJson(text: string): CelToken[] {
  const tokens = tokenizeCel(text);
  return tokens.map((token) =>
    token.kind === 'string' && /^\s*:/.test(text.slice(token.end)) ? { ...token, kind: 'member' } : token,
  );
}

export interface JsonFault {
  message: string;
  /** Offsets in the text. */
  start: number;
  end: number;
}

/** What is wrong with a text that should be a JSON object, and where; or the object. An empty text is an empty object. */
export function readJsonObject(text: string): { value: Record<string, unknown> } | { fault: JsonFault } {
  if (text.trim() === '') return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as Record<string, unknown> };
    }
    const message = 'This is to be an object: {"amount_cents": 250000}.';
    return { fault: { message, start: 0, end: text.length } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: findFault(text) };
  }
}

/** What may come next, and how that is said. */
const EXPECTED = {
  value: 'a value',
  valueOrEnd: 'a value or ]',
  name: 'a name in double quotes',
  nameOrEnd: 'a name in double quotes or }',
  colon: ':',
  comma: ', or the closing bracket',
  nothing: 'nothing more',
} as const;

/** The first piece that JSON does not allow where it is. Browsers say it each in their own words, and not all of them say where. */
function findFault(text: string): JsonFault {
  const open: string[] = [];
  let next: keyof typeof EXPECTED = 'value';
  for (const { kind, start, end } of tokenizeJson(text)) {
    if (kind === 'space') continue;
    const piece = text.slice(start, end);
    const after = stepFrom(next, kind, piece, open);
    if (after === null) return { message: `This is not JSON: expected ${EXPECTED[next]}, not ${piece}`, start, end };
    next = after;
  }
  if (next === 'nothing') return { message: 'This is not JSON.', start: 0, end: text.length };
  const end = text.trimEnd().length;
  return { message: `This is not JSON: it ends where ${EXPECTED[next]} should come`, start: Math.max(0, end - 1), end };
}

/** What may come after a piece, with the brackets that are open kept; null where it may not come at all. */
function stepFrom(
  next: keyof typeof EXPECTED,
  kind: string,
  piece: string,
  open: string[],
): keyof typeof EXPECTED | null {
  const isValue = next === 'value' || next === 'valueOrEnd';
  const behind = () => (open.length === 0 ? 'nothing' : 'comma');
  const mayClose = { '}': ['nameOrEnd', 'comma'], ']': ['valueOrEnd', 'comma'] }[piece];
  if (mayClose !== undefined) {
    if (!mayClose.includes(next) || open.at(-1) !== (piece === '}' ? '{' : '[')) return null;
    open.pop();
    return behind();
  }
  if (isValue && (piece === '{' || piece === '[')) {
    open.push(piece);
    return piece === '{' ? 'nameOrEnd' : 'valueOrEnd';
  }
  // A minus is a token of its own, and stands before its number.
  if (isValue && piece === '-') return 'value';
  if (isValue) return isScalar(kind, piece) ? behind() : null;
  if (next === 'comma') return piece === ',' ? (open.at(-1) === '{' ? 'name' : 'value') : null;
  if (next === 'colon') return piece === ':' ? 'value' : null;
  return next !== 'nothing' && isText(piece) ? 'colon' : null;
}

function isScalar(kind: string, piece: string): boolean {
  const isNumber = kind === 'number' && /^(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(piece);
  return isNumber || isText(piece) || ['true', 'false', 'null'].includes(piece);
}

function isText(piece: string): boolean {
  return /^"(?:[^"\\]|\\.)*"$/.test(piece);
}
