import { describe, expect, test } from 'vitest';
import { FormSchema, toFormParser } from './form-schema';

describe('a field with a name that every object has', () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const members = (of: (name: string) => unknown) =>
    JSON.parse(`{${names.map((name) => `"${name}":${JSON.stringify(of(name))}`)}}`);

  test('may be left out, and is what was filled in where it was not', () => {
    const parser = toFormParser(FormSchema.parse({ properties: members(() => ({ type: 'string' })) }));
    expect(parser.parse({})).toEqual({});
    const { __proto__: _, ...filled } = members((name) => `about ${name}`);
    expect(Object.entries(parser.parse(filled))).toEqual(Object.entries(filled));
  });

  test.each(names.filter((name) => name !== '__proto__'))('is missing where it was left out: %s', (name) => {
    const form = FormSchema.parse({ properties: { [name]: { type: 'string' } }, required: [name] });
    expect(toFormParser(form).safeParse({}).error?.issues).toMatchObject([{ path: [name], code: 'invalid_type' }]);
    const other = FormSchema.parse({ properties: { note: { type: 'string' } } });
    expect(toFormParser(other).safeParse({ [name]: 'x' }).error?.issues).toMatchObject([{ code: 'unrecognized_keys' }]);
  });

  test('but none is called __proto__', () => {
    const sent = JSON.parse('{"properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}');
    expect(FormSchema.safeParse(sent).success).toBe(false);
  });
});

test('what is filled in is an object', () => {
  for (const given of [null, [], 'x', 7])
    expect(toFormParser(FormSchema.parse({ properties: {} })).safeParse(given).success).toBe(false);
});
