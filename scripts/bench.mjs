import { enter } from './bootstrap.mjs';

await enter('bench', { development: true });
