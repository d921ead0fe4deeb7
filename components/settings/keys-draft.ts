import type { CreateKeyBody } from '@/lib/contracts';
import { SCOPES, type Scope } from '@/lib/domain/access';
import { LIFETIMES, type Lifetime } from './keys-lifetime';
import type { KeysViewer } from './keys-viewer';

const ACTS_AS = ['service', 'me', 'other'] as const;
export type ActsAs = (typeof ACTS_AS)[number];

/** A key as somebody is about to make it. */
export interface KeyDraft {
  name: string;
  actsAs: ActsAs;
  /** Whom it acts as, where that is somebody else. */
  other: string | null;
  scopes: Scope[];
  lifetime: Lifetime;
  /** Where the lifetime ends on a day of one's choice: as the field writes it. */
  day: string;
}

export const NEW_KEY: KeyDraft = {
  name: '',
  actsAs: 'service',
  other: null,
  scopes: ['requests:create', 'requests:read'],
  lifetime: '90',
  day: '',
};

/** The draft as it is sent; a service never decides in its own name. */
export function toKeyBody(draft: KeyDraft, viewer: KeysViewer, expiresAt: string | null): CreateKeyBody {
  const { name, actsAs, other } = draft;
  const scopes = draft.scopes.filter((scope) => scope !== 'requests:decide' || actsAs !== 'service');
  const memberId = actsAs === 'service' ? null : actsAs === 'me' ? viewer.memberId : other;
  return { tenant_id: viewer.tenantId, name, scopes, member_id: memberId, expires_at: expiresAt };
}

/** Whose draft it is: nobody else finds it who signs in to the same tab. */
const keyOf = ({ tenantId, memberId }: KeysViewer) => `countersign.key-draft.${tenantId}.${memberId}`;

/** Keeps what was filled in while somebody signs in again, for as long as this tab lives. */
export function keepKeyDraft(viewer: KeysViewer, draft: KeyDraft): void {
  try {
    sessionStorage.setItem(keyOf(viewer), JSON.stringify(draft));
  } catch {
    // Storage may be blocked altogether: the form then begins anew.
  }
}

export function forgetKeyDraft(viewer: KeysViewer): void {
  try {
    sessionStorage.removeItem(keyOf(viewer));
  } catch {
    // As above: nothing was kept.
  }
}

/** What was kept, or null where there is nothing that can be gone on with. */
export function findKeyDraft(viewer: KeysViewer): KeyDraft | null {
  try {
    return readKeyDraft(JSON.parse(sessionStorage.getItem(keyOf(viewer)) ?? 'null'), viewer);
  } catch {
    // Storage may be blocked, or hold what is no JSON.
    return null;
  }
}

/** A draft out of what a browser has kept, perhaps by an older console; what its reader may not give (any more) is left out. */
export function readKeyDraft(
  kept: unknown,
  viewer: Pick<KeysViewer, 'scopes' | 'bindsOthers' | 'members'>,
): KeyDraft | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { name, actsAs, other, scopes, lifetime, day } = kept as Partial<Record<keyof KeyDraft, unknown>>;
  if (typeof name !== 'string' || typeof day !== 'string' || !Array.isArray(scopes)) return null;
  const [as, life] = [ACTS_AS.find((one) => one === actsAs), LIFETIMES.find(({ value }) => value === lifetime)];
  if (as === undefined || life === undefined || (as === 'other' && !viewer.bindsOthers)) return null;
  return {
    name,
    actsAs: as,
    other: viewer.members.find(({ memberId }) => memberId === other)?.memberId ?? null,
    scopes: SCOPES.filter((scope) => scopes.includes(scope) && viewer.scopes.includes(scope)),
    lifetime: life.value,
    day,
  };
}
