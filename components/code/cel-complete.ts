import { RULE_VARIABLES, type RuleVariable } from '@/lib/domain/policy';
import { tokenizeCel } from './cel-tokens';

export interface Suggestion {
  label: string;
  /** Its type, in short. */
  detail: string;
  /** What it holds or does. */
  info: string;
  kind: 'variable' | 'property' | 'function' | 'keyword';
  /** What is written, where that is not the label; the cursor then stands `back` characters before its end. */
  insert?: string;
  back?: number;
}

export interface Completions {
  /** Where what is completed begins. */
  from: number;
  suggestions: Suggestion[];
}

/** What CEL has for everybody, as far as it is of use in a condition. */
const FUNCTIONS: readonly Suggestion[] = [
  call('has', 'bool', 'Whether a field is there: has(request.payload.country)'),
  call('size', 'int', 'How long a text, a list or a map is'),
  call('timestamp', 'timestamp', "A moment: timestamp('2026-01-01T00:00:00Z')"),
  call('duration', 'duration', "A span: duration('24h')"),
  { label: 'in', detail: 'operator', info: "Whether a list holds it: currency in ['EUR', 'USD']", kind: 'keyword' },
  { label: 'true', detail: 'bool', info: 'Always', kind: 'keyword' },
  { label: 'false', detail: 'bool', info: 'Never', kind: 'keyword' },
];

/** What a value can be asked, behind a dot. */
const METHODS: readonly Suggestion[] = [
  call('startsWith', 'text → bool', 'Whether a text begins with another'),
  call('endsWith', 'text → bool', 'Whether a text ends with another'),
  call('contains', 'text → bool', 'Whether a text holds another'),
  call('matches', 'text → bool', 'Whether a regular expression (RE2) is found in a text'),
  call('size', '→ int', 'How long a text, a list or a map is'),
  call('exists', 'list → bool', 'Whether one of them is so: .exists(x, x > 10)'),
  call('all', 'list → bool', 'Whether all of them are so: .all(x, x > 10)'),
  call('exists_one', 'list → bool', 'Whether exactly one of them is so'),
  call('filter', 'list → list', 'Those that are so: .filter(x, x > 10)'),
  call('map', 'list → list', 'What becomes of each: .map(x, x * 2)'),
];

/** What a moment can be asked. */
const TIME_METHODS: readonly Suggestion[] = [
  call('getHours', '→ int', "The hour, 0 to 23: getHours('Europe/Berlin')"),
  call('getMinutes', '→ int', 'The minute, 0 to 59'),
  call('getDayOfWeek', '→ int', 'The day of the week: 0 is Sunday, 6 is Saturday'),
  call('getDate', '→ int', 'The day of the month, from 1'),
  call('getMonth', '→ int', 'The month: 0 is January'),
  call('getFullYear', '→ int', 'The year'),
];

function call(label: string, detail: string, info: string): Suggestion {
  return { label, detail, info, kind: 'function', insert: `${label}()`, back: 1 };
}

const VARIABLES: readonly (readonly [string, RuleVariable])[] = Object.entries(RULE_VARIABLES);
/** A name that is being typed, with the names and dots before it. */
const CHAIN = /((?:[A-Za-z_]\w*\s*\.\s*)*)([A-Za-z_]\w*)?$/;

/**
 * What can come at the end of `before`: variables and functions, the fields of a variable, or those of the payload as the examples have
 * them. Null inside of a text, or where nothing is known of what stands before the dot.
 */
export function completeCel(before: string, payloads: readonly unknown[]): Completions | null {
  if (isInsideText(before)) return null;
  const [, chain = '', typed = ''] = CHAIN.exec(before) ?? [];
  const from = before.length - typed.length;
  if (chain !== '')
    return {
      from,
      suggestions: membersOf(
        chain
          .split('.')
          .map((name) => name.trim())
          .slice(0, -1),
        payloads,
      ),
    };
  // A dot behind a bracket or a text: a value about which nothing but its methods is known.
  if (/[)\]'"]\s*\.\s*$/.test(before.slice(0, from))) return { from, suggestions: [...METHODS] };
  if (/\.\s*$/.test(before.slice(0, from)) || /\d$/.test(before.slice(0, from))) return null;
  return { from, suggestions: [...VARIABLES.map(toVariable), ...FUNCTIONS] };
}

function toVariable([label, variable]: readonly [string, RuleVariable]): Suggestion {
  const detail = 'type' in variable ? shorten(variable.type) : 'map';
  return { label, detail, info: variable.about, kind: 'variable' };
}

/** "google.protobuf.Timestamp" is "timestamp" for who writes a rule. */
function shorten(type: string): string {
  return type.split('.').at(-1)?.toLowerCase().replace('string', 'text') ?? type;
}

function membersOf([name, ...path]: readonly string[], payloads: readonly unknown[]): Suggestion[] {
  const variable = VARIABLES.find(([known]) => known === name)?.[1];
  if (variable === undefined) return [...METHODS];
  if ('type' in variable)
    return path.length === 0 && variable.type === 'google.protobuf.Timestamp' ? [...TIME_METHODS] : [];
  const [field, ...rest] = path;
  if (field === undefined) {
    return Object.entries(variable.fields).map(([label, { type, about }]) => ({
      label,
      detail: shorten(type),
      info: about,
      kind: 'property',
    }));
  }
  const known = variable.fields[field];
  if (known?.type === 'map<string, dyn>') return [...seenFields(payloads, rest), ...METHODS];
  return known?.type === 'string' ? [...METHODS] : [];
}

/** The fields that the examples have at a place in their payloads. */
function seenFields(payloads: readonly unknown[], path: readonly string[]): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const payload of payloads) {
    const place = path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), payload);
    if (!isObject(place)) continue;
    for (const [label, value] of Object.entries(place)) {
      // Another name has to be asked for as a text: request.payload['ship to'].
      if (!/^[A-Za-z_]\w*$/.test(label) || found.has(label)) continue;
      const info = `Seen in an example: ${JSON.stringify(value)?.slice(0, 60)}`;
      found.set(label, { label, detail: kindOf(value), info, kind: 'property' });
    }
  }
  return [...found.values()];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  return { string: 'text', boolean: 'bool', object: 'map' }[typeof value as 'string' | 'boolean' | 'object'];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the end of `before` lies within a text or a comment. */
function isInsideText(before: string): boolean {
  const last = tokenizeCel(`${before}\u0000`).at(-1);
  return last !== undefined && (last.kind === 'string' || last.kind === 'comment');
}
