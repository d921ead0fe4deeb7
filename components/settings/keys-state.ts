import type { KeyResource } from '@/lib/contracts';

export type KeyState = 'active' | 'expired' | 'revoked';

/** Whether a key opens anything at this moment. Revoked is the stronger word: it was somebody's decision. */
export function keyState(key: Pick<KeyResource, 'revoked_at' | 'expires_at'>, nowMs: number): KeyState {
  if (key.revoked_at !== null) return 'revoked';
  return key.expires_at !== null && Date.parse(key.expires_at) <= nowMs ? 'expired' : 'active';
}
