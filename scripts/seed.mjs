import { enter } from './bootstrap.mjs';

await enter('entry', { first: ['seed'] });
