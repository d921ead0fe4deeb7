export { type Actor, can, credentialId, type KeyHolder } from './actor';
export { isFreshSignIn, mustSignInAgain, STEP_UP_WINDOW_MS } from './fresh-sign-in';
export { grantableLevel, grantableRoles, grantableScopes } from './grants';
export { PERMISSIONS, type Permission, SCOPES, type Scope } from './permissions';
export {
  expandScopes,
  isInBand,
  NAMED_ONLY_SCOPES,
  permissionsOf,
  ROLE_BANDS,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from './roles';
