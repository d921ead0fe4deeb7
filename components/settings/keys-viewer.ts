import type { Scope } from '@/lib/domain/access';

/** What the reader of the keys' page may do there, as the server says. */
export interface KeysViewer {
  tenantId: string;
  /** Their own membership, which they may bind a key to. */
  memberId: string | null;
  name: string;
  /** The scopes they may give. */
  scopes: Scope[];
  /** Whether they may bind a key to somebody else. */
  bindsOthers: boolean;
  /** Members by id, for the names of those whom keys act as. */
  members: KeyMember[];
}

export interface KeyMember {
  memberId: string;
  name: string;
  level: number;
}
