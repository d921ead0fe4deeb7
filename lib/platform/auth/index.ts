export { findKey, findPersonOf, forgetCredentials } from './credentials';
export { noSoonerThan } from './pace';
export { hashPassword, newPassword, verifyPassword } from './password';
export { readSession, SESSION_LIFE_SECONDS, type SessionClaims, sessionCookieName } from './session-token';
export { beginLogin } from './throttle';
export { inTurn } from './turns';
