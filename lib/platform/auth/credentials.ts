import { nowMs } from '../clock';
import { apiKeyId, sha256Hex } from '../crypto';
import {
  findKeyCredential,
  findSessionPerson,
  type KeyCredential,
  type SessionPerson,
  touchKey,
} from '../db/hot/credentials';
import { logger } from '../logger';
import { perProcess } from '../process-wide';
import { type Recent, recent } from './recent';
import type { SessionClaims } from './session-token';

/** How long a process may go on believing what it read. Decisions check again under their locks, whatever is believed here. */
const BELIEVED_MS = 5000;
const TOUCH_EVERY_MS = 60_000;
const MAX_TOUCHED = 10_000;

const people = (): Recent<SessionPerson> => recent('session-people', BELIEVED_MS);
const keys = (): Recent<KeyCredential> => recent('api-keys', BELIEVED_MS);

/**
 * The person a session's claims name, as they are now (believed for 5 s); null when the session has ended: they left, were disabled,
 * or have ended their sessions since (`session_version`). A session that is newer than what is believed makes it look again: after a
 * change of password, another process than the one that made it would otherwise refuse the new session for a while.
 */
export async function findPersonOf(claims: SessionClaims): Promise<SessionPerson | null> {
  const { userId, memberId, tenantId } = claims;
  const key = `${userId} ${memberId} ${tenantId}`;
  let person = await people().get(key, () => findSessionPerson(claims));
  if (person !== null && person.sessionVersion < claims.sessionVersion) {
    people().forget(key);
    person = await people().get(key, () => findSessionPerson(claims));
  }
  return person?.sessionVersion === claims.sessionVersion ? person : null;
}

/**
 * The valid key that this text is (believed for 5 s); null otherwise. Its form and checksum are looked at first, so that garbage never
 * reaches the database. Using it updates `last_used_at`, beside the call and at most once a minute.
 */
export async function findKey(text: string): Promise<KeyCredential | null> {
  if (apiKeyId(text) === null) return null;
  const hash = sha256Hex(text);
  const key = await keys().get(hash, () => findKeyCredential(hash));
  if (key !== null) noteUse(key);
  return key;
}

/** Forgets what this process believes of people and keys; called by whoever changes them, after the change is committed. */
export function forgetCredentials(): void {
  people().forget();
  keys().forget();
}

function noteUse({ keyId, tenantId }: KeyCredential): void {
  const touched = perProcess('touched-keys', () => new Map<string, number>());
  const at = nowMs();
  if (at - (touched.get(keyId) ?? 0) < TOUCH_EVERY_MS) return;
  if (touched.size >= MAX_TOUCHED) touched.clear();
  touched.set(keyId, at);
  touchKey(tenantId, keyId).catch((error: unknown) => {
    logger().warn({ err: error, key_id: keyId }, 'the last use of a key could not be noted');
  });
}
