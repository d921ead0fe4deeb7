import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { operations } from '@/lib/contracts';
import { PROBLEMS, type ProblemCode } from '@/lib/domain/errors';
import { PROBLEM_ADVICE } from '@/lib/domain/problem-advice';
import { bodyFields } from './body-fields';
import { OperationList } from './operation-list';
import { operationsAbout } from './problem-operations';
import { Prose } from './prose';

const html = (text: string) => renderToStaticMarkup(<Prose>{text}</Prose>).replaceAll(/ class="[^"]*"/g, '');

test('backticks are code and asterisks are emphasis; a star that stands for everything stays', () => {
  expect(html('Answers *allow* or `deny`.')).toBe('Answers <em>allow</em> or <code>deny</code>.');
  expect(html('The scope `*` and 2 * 3 * 4')).toBe('The scope <code>*</code> and 2 * 3 * 4');
});

test('no Markdown is left in the list of operations, and every part of it can be linked to', () => {
  const page = renderToStaticMarkup(<OperationList fields={{}} />);
  expect(page.replaceAll(/<pre.*?<\/pre>|<code.*?<\/code>/gs, '')).not.toMatch(/`|\*\w/);
  for (const { tag, id } of Object.values(operations)) {
    expect(page).toContain(`href="#tag-${tag.toLowerCase()}"`);
    expect(page).toContain(`id="tag-${tag.toLowerCase()}"`);
    expect(page).toContain(`id="${id}"`);
  }
});

test('the fields of a body are listed, those that must be there first', () => {
  const schema = {
    properties: {
      note: { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'Why' },
      tags: { type: 'array', items: { type: 'string' } },
      kind: { type: 'string', enum: ['cost', 'resource'] },
    },
    required: ['kind'],
  };
  expect(bodyFields(schema)).toEqual([
    { name: 'kind', type: 'cost, resource', required: true, description: null },
    { name: 'note', type: 'string or null', required: false, description: 'Why' },
    { name: 'tags', type: 'list of string', required: false, description: null },
  ]);
  expect(bodyFields(undefined)).toEqual([]);
});

test('every problem says what to do, in a sentence, and no two the same', () => {
  const advice = Object.values(PROBLEM_ADVICE);
  for (const sentence of advice) expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
  expect(new Set(advice).size).toBe(Object.keys(PROBLEMS).length);
});

test('a problem leads to the operations that it is about', () => {
  const ids = (code: ProblemCode) => operationsAbout(code).map(({ id }) => id);
  expect(ids('review/self-approval')).toContain('approveRequest');
  expect(ids('config/changed')).toEqual(['putLevels']);
  expect(ids('delivery/in-flight')).toEqual(['redeliver']);
  expect(ids('http/internal')).toEqual([]);
});
