/** Typing goes on into the same field, and a held key repeats itself: neither leads elsewhere. */
function goesOn(event: Event): boolean {
  if (!(event instanceof KeyboardEvent)) return false;
  return event.repeat || (event.target instanceof Element && event.target.matches('input, textarea'));
}

/**
 * Writes the address once `waitMs` have passed, or right before the next click or key that may lead elsewhere: Next calls a
 * navigation off when the address is written while it is under way. Null waits for that click or key alone, where what is written comes
 * by itself, and one may be on the way already. Answers with how to take it back.
 */
export function putOffWrite(write: () => void, waitMs: number | null): () => void {
  const cancel = () => {
    clearTimeout(timer);
    window.removeEventListener('click', onInput, true);
    window.removeEventListener('keydown', onInput, true);
  };
  const finish = () => {
    cancel();
    write();
  };
  const onInput = (event: Event) => {
    if (!goesOn(event)) finish();
  };
  const timer = waitMs === null ? undefined : setTimeout(finish, waitMs);
  window.addEventListener('click', onInput, true);
  window.addEventListener('keydown', onInput, true);
  return cancel;
}
