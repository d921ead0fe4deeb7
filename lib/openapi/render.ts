import { buildOpenapi } from './document';

/** The document as the file has it: the same bytes for the same contracts. */
export function renderOpenapi(): string {
  return `${JSON.stringify(buildOpenapi(), null, 2)}\n`;
}
