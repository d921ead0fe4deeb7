import { enter } from './bootstrap.mjs';

await enter('client-package');
