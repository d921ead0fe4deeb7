export { decodeCursor, encodeCursor } from './cursor';
export { CursorInstant, cursorId, cursorPosition } from './cursor-parts';
export { toInstant } from './instant';
