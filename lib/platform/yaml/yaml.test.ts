import { describe, expect, test } from 'vitest';
import { isAppError } from '@/lib/domain/errors';
import { mergeYaml, parseYaml, writeYaml } from '.';

function refusal(text: string) {
  try {
    return parseYaml(text).value;
  } catch (error) {
    if (!isAppError(error)) throw error;
    const [first] = error.errors ?? [];
    return first === undefined ? error.code : [error.code, first.line, first.column];
  }
}

describe('what is read', () => {
  test('is YAML 1.2 with the core schema: no is a text, and a date is one', () => {
    expect(parseYaml('a: no\nb: 2026-01-01\nc: 0o17\nd: [1, 2.5, true, null]\ne: &x {f: 1}\ng: *x\n').value).toEqual({
      a: 'no',
      b: '2026-01-01',
      c: 15,
      d: [1, 2.5, true, null],
      e: { f: 1 },
      g: { f: 1 },
    });
  });

  // biome-ignore format: a table
  test.each([
    ['a: [1, 2\nb: 3\n', ['http/not-yaml', 2, 1]],
    ['a: 1\na: 2\n', ['http/not-yaml', 2, 1]],
    ['a: "\\q"\n', ['http/not-yaml', 1, 5]],
    ['a: 1\n---\nb: 2\n', ['http/not-yaml', 2, 1]],
    ['a: !!js/function "x"\n', ['http/not-yaml', 1, 4]],
    ['%YAML 1.1\n---\na: yes\n', ['http/not-yaml', 1, 1]],
    ['a: 1\nb:\n  c: 9007199254740993\n', ['input/invalid', 3, 6]],
    ['a: 0x20000000000001\n', ['input/invalid', 1, 4]],
    ['a: 0o400000000000000001\n', ['input/invalid', 1, 4]],
    ['a: 9007199254740993.0\n', ['input/invalid', 1, 4]],
    ['a: -9007199254740993.\n', ['input/invalid', 1, 4]],
    ['a: 0.1\nb: 1e300\nc: 0xff\nd: 7.00\n', { a: 0.1, b: 1e300, c: 255, d: 7 }],
    ['a: {1: x, "1": y}\n', ['http/not-yaml', 1, 11]],
    ['1: x\n1.0: y\n', ['http/not-yaml', 2, 1]],
    ['- &k true\n- true: x\n  *k : y\n', ['http/not-yaml', 3, 3]],
    ['null: x\n"": y\n', ['http/not-yaml', 2, 1]],
    ['0: x\n-0: y\n', ['http/not-yaml', 2, 1]],
    ['1: x\n01: y\n"": z\n', ['http/not-yaml', 2, 1]],
    ['1: x\n"01": y\n', { 1: 'x', '01': 'y' }],
    ['a: *nowhere\n', ['http/not-yaml', 1, 4]],
    ['', null],
    ['x: &a [1]\n<<: *a\n', { x: [1], '<<': [1] }],
  ])('%j comes to %j', (text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });

  test('may be larger by its aliases only so far', () => {
    const laughs = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let n = 1; n < 10; n++) laughs.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}*a${n - 1}]`);
    expect(refusal(laughs.join('\n'))).toBe('input/too-complex');
    expect(refusal('a: &a [*a]')).toBe('input/too-complex');
  });

  const N = 256 * 1024;
  // biome-ignore format: a table
  test.each(Object.entries({
    'opens many lists': '['.repeat(N), 'nests lists': '- '.repeat(N / 2), 'nests maps': '{a: '.repeat(N / 4),
    'asks for many keys': '? '.repeat(N / 2), 'has many items': `[${'a,'.repeat(N / 2 - 1)}`, 'has many keys': 'a: b\n'.repeat(N / 5),
    'is of empty lines': '\n'.repeat(N), 'is of comments': '#\n'.repeat(N / 2), 'is of anchors': '&a '.repeat(N / 3),
    'is of documents': '---\n'.repeat(N / 4), 'steps to the right': Array.from({ length: 700 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''),
  }))('a document that %s is refused in half a second', (_, text) => {
    const tookMs = [1, 2, 3].map(() => {
      const beganMs = performance.now();
      expect(['input/too-complex', 'http/not-yaml']).toContain([refusal(text)].flat()[0]);
      return performance.now() - beganMs;
    });
    expect(Math.min(...tookMs)).toBeLessThan(500);
  });

  test('knows where everything is', () => {
    const { locate } = parseYaml('# first\nrules:\n  - id: a\n    when: true\n  - id: b\nempty:\n');
    expect(locate('/rules/0/when')).toEqual({ line: 4, column: 11 });
    expect(locate('/rules/1')).toEqual({ line: 5, column: 5 });
    expect(locate('/rules/1/level')).toEqual({ line: 5, column: 5 });
    expect(locate('/empty')).toEqual({ line: 6, column: 1 });
    expect(locate('')).toEqual({ line: 2, column: 1 });
  });
});

describe('what changed is put into a document', () => {
  const identify = (path: readonly string[]) =>
    path.join('/') === 'rules' ? ({ id }: Record<string, unknown>) => String(id) : null;
  const TEXT = `# Agreed in May.
rules:
  # The large ones.
  - id: a # keep
    level: 3   # finance
    when: "x > 1"
    tags:
      - money # for the report
      - &tag large

  # The small ones.
  - { id: b, level: 1 }
note: "as it was" # a note
mark: *tag
`;
  const WAS = {
    rules: [
      { id: 'a', level: 3, when: 'x > 1', tags: ['money', 'large'] },
      { id: 'b', level: 1 },
    ],
    note: 'as it was',
    mark: 'large',
  };

  test('and nothing else of it changes', () => {
    const is = {
      rules: [
        { id: 'b', level: 1 },
        { id: 'a', level: 4, when: 'x > 1', tags: ['money', 'large'] },
      ],
      note: 'as it was',
      mark: 'large',
    };
    const text = mergeYaml({ text: TEXT, was: WAS, is, identify });
    expect(text).toBe(TEXT.replace('level: 3   # finance', 'level: 4 # finance'));
  });

  test('what goes takes its comments along, what comes is last', () => {
    const is = {
      rules: [
        { id: 'c', level: 2 },
        { id: 'b', level: 1 },
      ],
      more: [1],
    };
    const text = mergeYaml({ text: TEXT, was: WAS, is, identify });
    expect(parseYaml(text).value).toEqual({
      rules: [
        { id: 'b', level: 1 },
        { id: 'c', level: 2 },
      ],
      more: [1],
    });
    expect(text).toContain('# The small ones.');
    expect(text).not.toContain('# a note');
  });

  test('and a new document reads as what it was written from', () => {
    const value = { a: 'no', b: ['yes', '1', '#x', 'a: b', ''], c: { d: 'two\nlines', e: 1.5, f: true, g: null } };
    const text = writeYaml(value, ' The configuration');
    expect(text.startsWith('# The configuration\n')).toBe(true);
    expect(parseYaml(text).value).toEqual(value);
  });
});
