export type { Wake } from './connection';
export { listenForWakes } from './listen';
export { closeNotifier, wakeDispatcher, wakeWorkers } from './wake';
