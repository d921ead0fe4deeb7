import { enter } from './bootstrap.mjs';

await enter('build');
