import { z } from 'zod';
import { DagDocument, JsonObject } from '@/lib/contracts';

/**
 * What a definition may be, for the editors in which people write one (`# yaml-language-server: $schema=…/dag.schema.json`). In draft-07, which
 * all of them read.
 */
export function renderDagSchema(): string {
  const schema = z.toJSONSchema(DagDocument, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== JsonObject) return;
      for (const member of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[member];
      Object.assign(jsonSchema, { type: 'object', additionalProperties: true });
    },
  });
  const about = { title: 'A definition of runs', description: 'Tasks and checkpoints, and what each waits for' };
  const { $defs: _, definitions: __, ...rest } = schema;
  return `${JSON.stringify({ ...about, ...rest }, null, 2)}\n`;
}
