import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { FilterBar } from './filter-bar';

test('who did it can be chosen by name, because only the whole name finds anything', () => {
  const nothing = () => {};
  const people = ['Ada Okafor', 'Ben “B” Haddad'];
  const page = renderToStaticMarkup(
    <FilterBar people={people} filters={{ types: [] }} onChange={nothing} onClear={nothing} />,
  );
  const list = /<input[^>]* list="([^"]+)"/.exec(page)?.[1];
  expect(page).toContain(
    `<datalist id="${list}"><option value="Ada Okafor"></option><option value="Ben “B” Haddad"></option></datalist>`,
  );
});
