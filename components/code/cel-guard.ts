import { type CelToken, tokenizeCel } from './cel-tokens';

/** Maps of which a field may be absent, the innermost first. */
const MAPS = ['request.payload', 'cost'];
/** What parts one condition from the next. */
const PARTS = new Set(['&&', '||', '?', ':']);

/**
 * The expression with `has()` asked before the field that it reads between `start` and `end`: where the field is absent,
 * the part of the condition around it does not hold. Null when no such field is there, or none that is written with dots.
 */
export function guardWithHas(expression: string, start: number, end: number): string | null {
  const path = stepsOf(expression.slice(start, end)).join('.');
  const map = MAPS.find((name) => path.startsWith(`${name}.`));
  if (map === undefined || path.includes('[')) return null;
  const part = partAround(expression, start, end);
  const guarded = `${asksFor(map, path).join(' && ')} && ${expression.slice(part.start, part.end)}`;
  const whole = part.joinedByAnd ? guarded : `(${guarded})`;
  return expression.slice(0, part.start) + whole + expression.slice(part.end);
}

/** `has()` of every step: asking for `a.b` fails where there is no `a`. */
function asksFor(map: string, path: string): string[] {
  const steps = stepsOf(path.slice(map.length + 1));
  return steps.map((_, index) => `has(${map}.${steps.slice(0, index + 1).join('.')})`);
}

/** What stands between the dots; a name in backquotes may hold some, and blanks. */
function stepsOf(path: string): string[] {
  return path.match(/`[^`]*`|[^.`\s]+/g) ?? [];
}

interface Part {
  start: number;
  end: number;
  /** Whether only `&&` stands beside it, so that nothing binds differently when another `&&` comes. */
  joinedByAnd: boolean;
}

/** The operand of `&&`, `||` or `?:` in which the range lies, within its own parentheses if they only group. */
function partAround(expression: string, start: number, end: number): Part {
  const tokens = tokenizeCel(expression).filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const text = ({ start: from, end: to }: CelToken) => expression.slice(from, to);
  const first = tokens.findIndex((token) => token.end > start);
  const last = tokens.findLastIndex((token) => token.start < end);

  let depth = 0;
  let left = first;
  for (; left > 0; left--) {
    const before = tokens[left - 1];
    if (before === undefined) break;
    const sign = text(before);
    if (before.kind === 'bracket' && ')]}'.includes(sign)) depth++;
    else if (before.kind === 'bracket' && depth > 0) depth--;
    else if (before.kind === 'bracket' && sign === '(' && !isCalled(tokens[left - 2])) break;
    else if (depth === 0 && PARTS.has(sign)) {
      // Inside of the brackets of a call or a list the whole call is the part; further out is where it ends.
      if (!isInsideCall(expression, tokens, left - 1)) break;
    }
  }
  depth = 0;
  let right = last;
  const opened = tokens.slice(left, last + 1).reduce((sum, token) => sum + balance(token, expression), 0);
  depth = opened;
  for (; right < tokens.length - 1; right++) {
    const after = tokens[right + 1];
    if (after === undefined) break;
    const change = balance(after, expression);
    if (depth + change < 0) break;
    if (depth === 0 && PARTS.has(text(after))) break;
    depth += change;
  }
  const neighbours = [tokens[left - 1], tokens[right + 1]].map((token) => (token === undefined ? '' : text(token)));
  return {
    start: tokens[left]?.start ?? start,
    end: tokens[right]?.end ?? end,
    joinedByAnd: neighbours.every((sign) => sign === '' || sign === '&&' || sign === '(' || sign === ')'),
  };
}

function balance({ kind, start, end }: CelToken, expression: string): number {
  if (kind !== 'bracket') return 0;
  return '([{'.includes(expression.slice(start, end)) ? 1 : -1;
}

/** Whether an opening parenthesis behind this token belongs to a call. */
function isCalled(before: CelToken | undefined): boolean {
  return before?.kind === 'call';
}

/** Whether the token at `index` stands within the brackets of a call, a list, a map or an index. */
function isInsideCall(expression: string, tokens: readonly CelToken[], index: number): boolean {
  const open: boolean[] = [];
  for (const [place, token] of tokens.entries()) {
    if (place === index) break;
    const change = balance(token, expression);
    if (change > 0) open.push(expression.slice(token.start, token.end) !== '(' || isCalled(tokens[place - 1]));
    if (change < 0) open.pop();
  }
  return open.some(Boolean);
}
