export {
  type AppliedFlags,
  type AskedChange,
  applyFlags,
  assertDistinctFlags,
  assertFlagsApplicable,
} from './apply-flags';
export { askForSignoff } from './ask-for-signoff';
export { nameOf, readFlagRows } from './flag-resource';
export { getFlags, putFlags, type VersionedFlags } from './flags';
export { settleFlagChanges } from './settle-flag-changes';
