export { findKey, findPersonOf, forgetCredentials } from './credentials';
export { type AuthCall, isServedByNextAuth, serveNextAuth } from './next-auth';
export { noSoonerThan } from './pace';
export { hashPassword, newPassword, verifyPassword } from './password';
export { toReturnPath } from './return-path';
export {
  readSession,
  type SessionClaims,
  sessionCookieName,
  writeSession,
} from './session-token';
export { beginLogin } from './throttle';
export { inTurn } from './turns';
