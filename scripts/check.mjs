import { enter } from './bootstrap.mjs';

await enter('check', { development: true });
