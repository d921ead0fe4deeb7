import type { PolicyType } from './levels';
import type { RuleEffect } from './rules';

/** A request that a rule is drawn from. */
export interface Precedent {
  policyType: PolicyType;
  skillId: string;
  agentId: string | null;
  payload: Readonly<Record<string, unknown>>;
  status: string;
  requiredLevel: number;
}

export interface DraftExample {
  name: string;
  request: { policy_type: PolicyType; skill_id: string; agent_id?: string; payload: Record<string, unknown> };
  expect: boolean;
}

export interface DraftedRule {
  ruleId: string;
  policyType: PolicyType | null;
  when: string;
  effect: RuleEffect;
  level: number | null;
  reason: string;
  examples: DraftExample[];
}

const AMOUNT = 'amount_cents';
const MAX_CONDITION = 2000;
/** Skills, or values of a field, that a rule still names one by one. */
const MAX_NAMED = 5;
const MAX_VALUE = 100;
const MAX_EXAMPLES = 3;
/** Words that cannot be selected as a field. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** One thing that all precedents have in common, and a payload, skill or agent for which it does not hold. */
interface Common {
  when: string;
  name: string;
  without: (example: DraftExample['request']) => DraftExample['request'];
}

/**
 * Draws a rule from precedents: what all of them have in common and nothing else (skill, agent, the amount, and text fields with few values).
 * Its condition is true of every one of them. The effect is what became of them, unless it is given: all approved allows, all rejected
 * denies, and anything else requires approval. Null when they have too little in common to be named.
 */
export function draftRule(precedents: readonly Precedent[], given: RuleEffect | null): DraftedRule | null {
  const [first] = precedents;
  if (first === undefined) return null;
  const effect = given ?? effectOf(precedents);
  const skills = distinct(precedents.map(({ skillId }) => skillId));
  if (skills.length > MAX_NAMED) return null;
  const parts = [
    skillPart(skills),
    ...agentPart(precedents),
    ...amountPart(precedents, effect),
    ...textParts(precedents, effect),
  ];
  while (parts.length > 1 && joined(parts).length > MAX_CONDITION) parts.pop();
  const when = joined(parts);
  if (when.length > MAX_CONDITION) return null;
  const types = distinct(precedents.map(({ policyType }) => policyType));
  return {
    ruleId: idOf(skills),
    policyType: types.length === 1 ? first.policyType : null,
    when,
    effect,
    level: effect === 'require_approval' ? Math.max(1, ...precedents.map(({ requiredLevel }) => requiredLevel)) : null,
    reason: reasonOf(precedents),
    examples: examplesOf(precedents, parts),
  };
}

/** A text as a CEL literal. Everything but printable ASCII is escaped by its code point. */
export function celText(text: string): string {
  const escaped = [...text].map((char) => {
    if (char === "'" || char === '\\') return `\\${char}`;
    if (char >= ' ' && char <= '~') return char;
    const code = char.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
  return `'${escaped.join('')}'`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

function effectOf(precedents: readonly Precedent[]): RuleEffect {
  if (precedents.every(({ status }) => status === 'approved')) return 'allow';
  return precedents.every(({ status }) => status === 'rejected') ? 'deny' : 'require_approval';
}

function skillPart(skills: readonly string[]): Common {
  return {
    when: oneOf('request.skill_id', skills),
    name: 'another skill',
    without: (request) => ({ ...request, skill_id: otherThan(skills) }),
  };
}

function agentPart(precedents: readonly Precedent[]): Common[] {
  const agents = distinct(precedents.map(({ agentId }) => agentId));
  const [agent] = agents;
  if (agents.length !== 1 || agent == null) return [];
  return [
    {
      when: `request.agent_id == ${celText(agent)}`,
      name: 'another agent',
      without: (request) => ({ ...request, agent_id: otherThan([agent]) }),
    },
  ];
}

/** What was allowed is allowed up to the most that was; what was refused, or asked for, from the least on. */
function amountPart(precedents: readonly Precedent[], effect: RuleEffect): Common[] {
  const amounts = precedents.map(({ payload }) => (Object.hasOwn(payload, AMOUNT) ? payload[AMOUNT] : null));
  if (!amounts.every(isAmount)) return [];
  const field = fieldOf(AMOUNT, effect);
  const isUpTo = effect === 'allow';
  const limit = isUpTo ? Math.max(...amounts) : Math.min(...amounts);
  const beyond = isUpTo ? limit + 1 : limit - 1;
  if (!Number.isSafeInteger(beyond) || beyond < 0) return [];
  return [
    {
      when: `${field.guard}${field.path} ${isUpTo ? '<=' : '>='} ${limit}`,
      name: isUpTo ? 'a larger amount' : 'a smaller amount',
      without: (request) => ({ ...request, payload: { ...request.payload, [AMOUNT]: beyond } }),
    },
  ];
}

/** Text fields that all have, with values that come again: one precedent says nothing about which of its texts matter. */
function textParts(precedents: readonly Precedent[], effect: RuleEffect): Common[] {
  const names = Object.keys(precedents[0]?.payload ?? {}).sort();
  return names.flatMap((name) => {
    const values = precedents.map(({ payload }) => (Object.hasOwn(payload, name) ? payload[name] : null));
    if (!values.every((value) => typeof value === 'string' && value.length <= MAX_VALUE)) return [];
    const few = distinct(values as string[]);
    if (few.length > Math.min(MAX_NAMED, Math.floor(precedents.length / 2))) return [];
    const field = fieldOf(name, effect);
    return [
      {
        when: `${field.guard}${oneOf(field.path, few)}`,
        name: `another ${name.slice(0, MAX_VALUE)}`,
        without: (request: DraftExample['request']) => ({
          ...request,
          payload: { ...request.payload, [name]: otherThan(few) },
        }),
      },
    ];
  });
}

/** How a field is read. A rule that denies or asks would count as matched where it is absent, so it looks first. */
function fieldOf(name: string, effect: RuleEffect): { path: string; guard: string } {
  const isName = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name);
  const path = isName ? `request.payload.${name}` : `request.payload[${celText(name)}]`;
  if (effect === 'allow') return { path, guard: '' };
  return { path, guard: isName ? `has(${path}) && ` : `${celText(name)} in request.payload && ` };
}

function examplesOf(precedents: readonly Precedent[], parts: readonly Common[]): DraftExample[] {
  const requests = precedents.slice(0, MAX_EXAMPLES).map(({ policyType, skillId, agentId, payload }) => ({
    policy_type: policyType,
    skill_id: skillId,
    ...(agentId === null ? {} : { agent_id: agentId }),
    payload: { ...payload },
  }));
  const [first] = requests;
  if (first === undefined) return [];
  const like = requests.map((request, n) => ({ name: `precedent ${n + 1}`, request, expect: true }));
  return [...like, ...parts.map(({ name, without }) => ({ name, request: without(first), expect: false }))];
}

function reasonOf(precedents: readonly Precedent[]): string {
  const count = (status: string) => precedents.filter((one) => one.status === status).length;
  const [approved, rejected] = [count('approved'), count('rejected')];
  const others = precedents.length - approved - rejected;
  const ends = [
    approved > 0 ? `${approved} approved` : null,
    rejected > 0 ? `${rejected} rejected` : null,
    others > 0 ? `${others} undecided` : null,
  ].filter((end) => end !== null);
  return `Like ${precedents.length === 1 ? 'an earlier request' : `${precedents.length} earlier requests`}: ${ends.join(', ')}`;
}

function idOf(skills: readonly string[]): string {
  const words = skills
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 80);
  return `${words === '' ? 'rule' : words}-drawn`;
}

function oneOf(path: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${path} == ${celText(only)}`;
  return `${path} in [${values.map(celText).join(', ')}]`;
}

function otherThan(values: readonly string[]): string {
  let other = 'other';
  while (values.includes(other)) other = `${other}-other`;
  return other;
}

function joined(parts: readonly Common[]): string {
  return parts.map(({ when }) => when).join(' && ');
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
