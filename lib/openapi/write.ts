import { writeFileSync } from 'node:fs';
import { renderDagSchema } from './dag-schema';
import { renderOpenapi } from './render';

// `npm run generate` runs this in the repository's root.
writeFileSync('public/openapi.json', renderOpenapi());
writeFileSync('public/dag.schema.json', renderDagSchema());
