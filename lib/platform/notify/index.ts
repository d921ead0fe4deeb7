export { listenForWakes } from './listen';
export { closeNotifier, wakeDispatcher } from './wake';
export { type NextWake, withWakes } from './with-wakes';
