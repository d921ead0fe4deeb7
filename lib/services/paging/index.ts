export { decodeCursor, encodeCursor } from './cursor';
export { toInstant } from './instant';
