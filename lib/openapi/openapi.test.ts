import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Operation, operations } from '@/lib/contracts';
import { PROBLEMS } from '@/lib/domain/errors';
import { renderDagSchema } from './dag-schema';
import { buildOpenapi } from './document';
import type { Json, JsonObject } from './json-schema';
import { renderOpenapi } from './render';

const document = buildOpenapi();
const all: Operation[] = Object.values(operations);
const paths = document.paths as Record<string, Record<string, JsonObject>>;
const described = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

function describedAs(id: string): JsonObject {
  const found = described.find(({ operation }) => operation.operationId === id);
  if (found === undefined) throw new Error(`${id} is not in the document`);
  return found.operation;
}

/** Every value in the document with the JSON Pointer to it. */
function* walk(value: Json, pointer = '#'): Generator<{ value: Json; pointer: string }> {
  yield { value, pointer };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    yield* walk(member as Json, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

function resolve(pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const name of pointer.split('/').slice(1)) {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    value = (value as JsonObject | undefined)?.[key];
  }
  return value;
}

test('the committed document is up to date (npm run generate makes it so)', () =>
  expect(readFileSync('public/openapi.json', 'utf8') === renderOpenapi()).toBe(true));

test('the committed schema of definitions is up to date', () => {
  expect(readFileSync('public/dag.schema.json', 'utf8') === renderDagSchema()).toBe(true);
});

test('the same contracts make the same bytes', () => expect(renderOpenapi()).toBe(renderOpenapi()));

describe('the document and the operations match one to one', () => {
  test('every operation is there, under its method and path', () => {
    const line = (id: string, method: string, path: string) => `${id}: ${method.toUpperCase()} ${path}`;
    expect(
      described.map(({ operation, method, path }) => line(String(operation.operationId), method, path)).sort(),
    ).toEqual(all.map(({ id, method, path }) => line(id, method, path)).sort());
  });

  test('every operation is filed under its own id, and no two share a method and path', () => {
    expect(Object.entries(operations).filter(([name, { id }]) => name !== id)).toEqual([]);
    expect(new Set(all.map(({ method, path }) => `${method} ${path}`)).size).toBe(all.length);
  });

  test('every tag is described', () => {
    const tags = (document.tags as { name: string }[]).map(({ name }) => name);
    expect(tags.sort()).toEqual([...new Set(all.map(({ tag }) => tag))].sort());
  });

  test('the parameters of every path are declared, and no others', () => {
    for (const { path, operation } of described) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const declared = ((operation.parameters ?? []) as JsonObject[]).filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name, required }) => [name, required])).toEqual(inPath.map((name) => [name, true]));
    }
  });

  test('what needs a permission says which, and what needs none is open to everybody', () => {
    for (const { id, access } of all) {
      const operation = describedAs(id);
      const named = access === 'public' || access === 'authenticated' ? undefined : access;
      expect([id, operation['x-permission']]).toEqual([id, named]);
      const security = id === 'getMetrics' ? [{ metricsToken: [] }] : access === 'public' ? [] : undefined;
      expect([id, operation.security]).toEqual([id, security]);
    }
  });
});

test('every POST with an effect takes an Idempotency-Key; those that do not say so', () => {
  const without = all.filter(({ method, idempotent }) => method === 'POST' && idempotent !== true);
  const tasks = ['leaseTasks', 'heartbeatTask', 'completeTask', 'failTask'];
  const harmless = ['evaluatePolicy', 'evaluatePolicyBatch', 'checkPolicyRule', 'draftPolicyRule', 'lintDag'];
  expect(without.map(({ id }) => id)).toEqual([
    ...harmless,
    'resumeRun',
    'changePassword',
    'signOutEverywhere',
    ...tasks,
  ]);
  for (const { description } of without.slice(harmless.length))
    expect(description).toContain('`Idempotency-Key` is not honoured');
});

describe('every body has an example that works', () => {
  const withBody = all.filter((operation) => operation.body !== undefined);
  test.each(withBody.map((operation) => [operation.id, operation] as const))('%s', (_, { body, example }) => {
    const parsed = body?.safeParse(example);
    expect(parsed?.error?.issues ?? []).toEqual([]);
    expect(parsed?.success).toBe(true);
  });

  test('and is shown', () => {
    for (const { id, example } of withBody) {
      const operation = describedAs(id);
      const { content } = operation.requestBody as { content: Record<string, JsonObject> };
      expect(content['application/json']?.example).toEqual(example);
    }
  });

  test('and a body with an unknown field is refused by every one of them', () => {
    for (const { id, body, bodyShape = body, example } of withBody) {
      const parsed = bodyShape?.safeParse({ ...(example as object), unknown_field: 1 });
      expect([id, parsed?.success, parsed?.error?.issues[0]?.code]).toEqual([id, false, 'unrecognized_keys']);
    }
  });
});

describe('the document is well formed', () => {
  test('every reference leads somewhere', () => {
    const broken = [...walk(document)].filter(
      ({ value, pointer }) => pointer.endsWith('/$ref') && resolve(String(value)) === undefined,
    );
    expect(broken).toEqual([]);
  });

  test('every named part is referred to', () => {
    const referred = new Set(
      [...walk(document)].filter(({ pointer }) => pointer.endsWith('/$ref')).map(({ value }) => value),
    );
    const parts = Object.entries(document.components as Record<string, JsonObject>)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, members]) => Object.keys(members).map((name) => `#/components/${kind}/${name}`));
    // Conditions that belong to no single operation are named for readers.
    const unused = parts.filter((part) => !referred.has(part));
    expect(unused).toEqual(['#/components/responses/Problem405']);
  });

  test('every schema uses only the words of JSON Schema that it may', () => {
    const words = new Set(
      'type properties required additionalProperties propertyNames items enum const anyOf allOf oneOf minLength maxLength pattern format minimum maximum minItems maxItems default description examples $ref'.split(
        ' ',
      ),
    );
    const odd = schemas(document).flatMap(({ pointer, schema }) =>
      Object.keys(schema)
        .filter((word) => !words.has(word))
        .map((word) => `${pointer}: ${word}`),
    );
    expect(odd).toEqual([]);
  });

  test('every required member is described', () => {
    for (const { pointer, schema } of schemas(document)) {
      const known = Object.keys((schema.properties ?? {}) as JsonObject);
      const missing = ((schema.required ?? []) as string[]).filter((name) => !known.includes(name));
      expect([pointer, missing]).toEqual([pointer, []]);
    }
  });

  test('every operation says how it succeeds and how it fails', () => {
    for (const { id, status = 200 } of all) {
      const operation = describedAs(id);
      const responses = Object.keys(operation.responses as JsonObject);
      expect(responses).toContain(String(status));
      expect(responses).toContain('default');
    }
  });

  test('every problem is listed where its status is described', () => {
    const responses = (document.components as { responses: Record<string, { description: string }> }).responses;
    for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
      expect(responses[`Problem${status}`]?.description).toContain(`- \`${code}\`: ${title}`);
    }
  });
});

/** The schemas of the document: the named ones, those of bodies, answers and parameters, and everything inside them. */
function schemas(root: JsonObject): { pointer: string; schema: JsonObject }[] {
  const found: { pointer: string; schema: JsonObject }[] = [];
  const enter = (value: Json | undefined, pointer: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    found.push({ pointer, schema: value });
    for (const name of ['items', 'additionalProperties', 'propertyNames']) enter(value[name], `${pointer}/${name}`);
    for (const [name, member] of Object.entries((value.properties ?? {}) as JsonObject))
      enter(member, `${pointer}/${name}`);
    for (const word of ['anyOf', 'allOf', 'oneOf']) {
      for (const [index, member] of ((value[word] ?? []) as Json[]).entries())
        enter(member, `${pointer}/${word}/${index}`);
    }
  };
  for (const [name, schema] of Object.entries((root.components as JsonObject).schemas as JsonObject))
    enter(schema, name);
  for (const { value, pointer } of walk({ paths: root.paths ?? null, webhooks: root.webhooks ?? null })) {
    if (pointer.endsWith('/schema')) enter(value, pointer);
  }
  return found;
}
