// The conformance suite of the CEL specification, on the engine as it is set up here: the suites of the language itself, without the
// extensions (optionals, block, the two-variable macros, which the gate refuses by name), and of those every case that does without
// `TestAllTypes`, the protocol buffer that the others are about. That is 1,195 of 2,344. `enums`, `wrappers` and `proto3` have none.
import {
  type CelInput,
  celEnv,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  plan,
} from '@bufbuild/cel';
import { file_cel_expr_conformance_proto2_test_all_types as PROTO2 } from '@bufbuild/cel-spec/cel/expr/conformance/proto2/test_all_types_pb.js';
import { file_cel_expr_conformance_proto3_test_all_types as PROTO3 } from '@bufbuild/cel-spec/cel/expr/conformance/proto3/test_all_types_pb.js';
import { getConformanceSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { createRegistry, isMessage } from '@bufbuild/protobuf';
import { isReflectMessage } from '@bufbuild/protobuf/reflect';
import {
  anyUnpack,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { SETTINGS } from './engine';
import { toForm } from './forms';
import { parseExpression } from './parse';
import { isError, toEngine } from './scalars';

type Case = NonNullable<
  NonNullable<NonNullable<ReturnType<typeof getConformanceSuite>['suites']>[number]['suites']>[number]['tests']
>[number]['original'];
type Matched = Extract<Case['resultMatcher'], { case: 'value' }>['value'];

const STANDARD = [
  'basic',
  'comparisons',
  'conversions',
  'dynamic',
  'fields',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'namespace',
  'parse',
  'plumbing',
  'proto2',
  'string',
  'timestamps',
];
/** What the other cases are about. Two that only carry a message through, or ask for one required field, are run too. */
const OWN_MESSAGE = /TestAllTypes/;

const REGISTRY = createRegistry(
  PROTO2,
  PROTO3,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

function toInput({ kind }: Matched): CelInput {
  if (kind.case === 'uint64Value') return celUint(kind.value);
  if (kind.case === 'nullValue') return null;
  if (kind.case === 'listValue') return kind.value.values.map(toInput);
  if (kind.case === 'mapValue')
    return new Map(
      kind.value.entries.map(({ key, value }) => [key && toInput(key), value && toInput(value)]),
    ) as CelInput;
  if (kind.case === 'objectValue') return anyUnpack(kind.value, REGISTRY) as CelInput;
  return kind.value as CelInput;
}

/** A value as a text that says its type. */
function describeExpected({ kind }: Matched): string {
  if (kind.case === 'typeValue') return `type ${kind.value}`;
  return describeValue(toInput({ kind } as Matched));
}

function describeValue(value: unknown): string {
  if (typeof value === 'bigint') return `int ${value}`;
  if (typeof value === 'number') return `double ${value === 0 ? 0 : value}`;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (isCelUint(value)) return `uint ${value.value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (isCelType(value)) return `type ${value.name}`;
  if (Array.isArray(value) || isCelList(value))
    return `[${[...(value as Iterable<unknown>)].map(describeValue).join()}]`;
  if (value instanceof Map || isCelMap(value)) {
    const entries = [...(value as Map<unknown, unknown>).entries()];
    return `{${entries
      .map(([key, item]) => `${describeValue(key)}:${describeValue(item)}`)
      .sort()
      .join()}}`;
  }
  if (isReflectMessage(value)) return describeValue(value.message);
  if (isMessage(value))
    return `${value.$typeName} ${JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}` : one))}`;
  return 'undefined';
}

function inputsOf({ bindings }: Case): Record<string, CelInput> {
  return Object.fromEntries(Object.entries(bindings).map(([name, { kind }]) => [name, toInput(kind.value as Matched)]));
}

function evaluate(one: Case): string {
  try {
    const engine = celEnv({ ...SETTINGS, namespace: one.container, registry: REGISTRY });
    const result = plan(engine, parseExpression(one.expr))(inputsOf(one));
    return isCelError(result) ? 'error' : describeValue(result);
  } catch {
    return 'error';
  }
}

function expected({ resultMatcher: { case: kind, value } }: Case): string {
  if (kind === 'evalError') return 'error';
  return kind === 'value' ? describeExpected(value) : 'true';
}

/** Whether a case can be put without a message of somebody's own: in its expression, where it looks for names, and in what it is given. */
function isPlain(one: Case): boolean {
  const given = JSON.stringify([one.typeEnv, one.bindings], (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  const isChecked = one.checkOnly || one.resultMatcher.case === 'typedResult';
  return !isChecked && !OWN_MESSAGE.test(`${one.expr} ${given}`);
}

const CASES = (getConformanceSuite().suites ?? [])
  .filter(({ name }) => STANDARD.includes(name))
  .flatMap(({ name, suites }) =>
    (suites ?? []).flatMap(({ tests }) => (tests ?? []).map(({ original }) => [name, original] as const)),
  )
  .filter(([, one]) => isPlain(one));

test('there are as many cases as the specification has', () => expect(CASES.length).toBe(1195));

test.each(STANDARD)('%s', (suite) => {
  const wrong = CASES.filter(([name, one]) => name === suite && evaluate(one) !== expected(one)).map(
    ([, { name }]) => name,
  );
  expect(wrong).toEqual([]);
});

/** As conditions are evaluated (`forms.ts`), with the variables of a rule's environment: no container, no messages of anybody's own. */
function evaluateInSteps(one: Case): string {
  try {
    const { step, own } = toForm(parseExpression(one.expr));
    const result = step({ variables: inputsOf(one), readings: new Map() }, own);
    return isError(result) ? 'error' : describeValue(toEngine(result));
  } catch {
    return 'error';
  }
}

/** Whether a case is about the language as rules have it: no container in which names are looked for, and no messages. */
function isOfRules(one: Case): boolean {
  const messages = Object.values(one.bindings).some(({ kind }) => (kind.value as Matched).kind.case === 'objectValue');
  return one.container === '' && !messages && !/proto[23]|google\.protobuf/.test(one.expr);
}

test('in the steps that conditions are made of', () => {
  const asked = CASES.filter(([, one]) => isOfRules(one)).map(([, one]) => one);
  expect(asked.filter((one) => evaluateInSteps(one) !== expected(one)).map(({ name, expr }) => [name, expr])).toEqual(
    [],
  );
  expect(asked.length).toBeGreaterThan(1000);
});
