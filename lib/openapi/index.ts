export { buildOpenapi } from './document';
