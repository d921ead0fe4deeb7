export { findKey, findPersonOf, forgetCredentials } from './credentials';
export { hashPassword, newPassword, verifyPassword } from './password';
export { readSession, SESSION_LIFE_SECONDS, type SessionClaims, sessionCookieName } from './session-token';
