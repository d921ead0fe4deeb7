export { getFlags, putFlags, type VersionedFlags } from './flags';
export { settleFlagChanges } from './settle-flag-changes';
