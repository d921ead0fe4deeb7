import { expect, test } from 'vitest';
import { FIRST_DEFINITION } from '@/components/dags/dags-words';
import { DagDocument } from '@/lib/contracts';
import { readDefinition } from './read-definition';

test('a pasted definition is read the same from YAML and from JSON', async () => {
  const fromYaml = await readDefinition(FIRST_DEFINITION);
  expect(DagDocument.safeParse(fromYaml).success).toBe(true);
  expect(await readDefinition(JSON.stringify(fromYaml, null, 2))).toEqual(fromYaml);
});

test('words that look like other types stay what YAML 1.2 says they are', async () => {
  expect(await readDefinition('name: chain\ntasks: [{ id: a, params: { off: no, at: 12:30 } }]')).toMatchObject({
    tasks: [{ params: { off: 'no', at: '12:30' } }],
  });
});
