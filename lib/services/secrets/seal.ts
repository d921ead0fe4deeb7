import { seal, unseal } from '@/lib/platform/crypto';
import { findSealedSecret } from '@/lib/platform/db/worker';

interface Place {
  tenantId: string;
  name: string;
  version: number;
}

const contextOf = ({ tenantId, name, version }: Place) => [tenantId, 'workflow-secret', name, String(version)];

/** Seals a secret for one version of one name of one tenant: moved elsewhere it does not open. */
export function sealWorkflowSecret(place: Place, value: string): Uint8Array<ArrayBuffer> {
  return seal(value, contextOf(place));
}

/**
 * A secret for the moment of sending, and where it may go; null where the tenant has none of that name. Never keep what this gives.
 * @throws Error when it does not open: SECRETS_KEY is another, or the row was moved.
 */
export async function openWorkflowSecret(
  tenantId: string,
  name: string,
): Promise<{ value: string; allowedHosts: readonly string[] } | null> {
  const found = await findSealedSecret(tenantId, name);
  if (found === null) return null;
  const { version, sealed, allowed_hosts: allowedHosts } = found;
  return { value: unseal(sealed, contextOf({ tenantId, name, version })), allowedHosts };
}
