import { writeFileSync } from 'node:fs';
import { renderOpenapi } from './render';

// `npm run generate` runs this in the repository's root.
writeFileSync('public/openapi.json', renderOpenapi());
