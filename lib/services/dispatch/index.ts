export { dispatchPending } from './dispatch';
