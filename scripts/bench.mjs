import { enter } from './bootstrap.mjs';

await enter('entry', { first: ['bench'], development: true });
