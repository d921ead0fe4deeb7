export { findKey, findPersonOf, forgetCredentials } from './credentials';
export { readSession, SESSION_LIFE_SECONDS, type SessionClaims, sessionCookieName } from './session-token';
