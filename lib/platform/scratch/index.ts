export { COPIED, copyTenant, LEFT_BEHIND } from './copy-tenant';
export { holdClock } from './held-clock';
export { createScratchDatabase, type ScratchDatabase } from './scratch-database';
