import { expect, test } from 'vitest';
import { prefersYaml } from './prefers-yaml';

// biome-ignore format: a table
test.each<[string | null, boolean]>([
  [null, false],
  ['*/*', false],
  ['application/json', false],
  ['application/yaml', true],
  ['Application/YAML; charset=utf-8', true],
  ['application/json, application/yaml;q=0.5', false],
  ['application/json;q=0.5, application/yaml', true],
  ['application/yaml;q=0', false],
  ['application/yaml;q=x', false],
  ['text/html, */*;q=0.1', false],
])('Accept: %s wants YAML: %s', (accept, expected) => {
  const headers = accept === null ? {} : { accept };
  expect(prefersYaml(new Request('https://countersign.example/', { headers }))).toBe(expected);
});
