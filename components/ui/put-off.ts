/** Typing goes on into the same field, and a held key repeats itself: neither leads elsewhere. */
function goesOn(event: Event): boolean {
  if (!(event instanceof KeyboardEvent)) return false;
  return event.repeat || (event.target instanceof Element && event.target.matches('input, textarea'));
}

/**
 * Writes the address once `waitMs` have passed, or right before the next click or key that may lead elsewhere: Next calls a
 * navigation off when the address is written while it is under way. Answers with how to take it back.
 */
export function putOffWrite(write: () => void, waitMs: number): () => void {
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
  const timer = setTimeout(finish, waitMs);
  window.addEventListener('click', onInput, true);
  window.addEventListener('keydown', onInput, true);
  return cancel;
}
