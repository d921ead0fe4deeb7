export { buildOpenapi } from './document';
export { describeInput } from './json-schema';
