import { type CelError, celError } from '@bufbuild/cel';
import { withoutStacks } from './engine';

/** An error of the engine's, in its words. */
export function fault(words: string): CelError {
  return withoutStacks(() => celError(words));
}
