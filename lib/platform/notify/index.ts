export { listenForWakes } from './listen';
export { closeNotifier, wakeDispatcher } from './wake';
