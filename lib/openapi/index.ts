export { buildOpenapi } from './document';
export { describeInput, describeOutput } from './json-schema';
