import { AppError } from '@/lib/domain/errors';
import { isWebhookSecret, newId, newWebhookSecret, seal, sha256Hex, unseal } from '@/lib/platform/crypto';
import { findTargetFault } from '@/lib/platform/http-client';

/** A signing secret as it is kept: sealed under where it belongs, and the fingerprint that is shown. */
export interface SealedSecret {
  sealed: Uint8Array<ArrayBuffer>;
  fingerprint: string;
}

/** Seals a secret for one version of one endpoint of one tenant: moved elsewhere it does not open. */
export function sealSecret(tenantId: string, endpointId: string, version: number, secret: string): SealedSecret {
  return { sealed: seal(secret, [tenantId, endpointId, String(version)]), fingerprint: sha256Hex(secret) };
}

/**
 * Opens what `sealSecret` sealed.
 * @throws Error when it belongs elsewhere or SECRETS_KEY is another.
 */
export function unsealSecret(tenantId: string, endpointId: string, version: number, sealed: Uint8Array): string {
  return unseal(sealed, [tenantId, endpointId, String(version)]);
}

/**
 * The secret to sign with: the given one, or a new `whsec_…`.
 * @throws AppError `input/invalid` when a given `whsec_…` is not base64.
 */
export function chooseSecret(given: string | null, pointer: string): string {
  if (given === null) return newWebhookSecret();
  if (isWebhookSecret(given)) return given;
  throw new AppError('input/invalid', { errors: [{ pointer, detail: 'After whsec_ comes base64' }] });
}

/**
 * Refuses what nothing can ever be sent to, before it is stored.
 * @throws AppError `webhook/url-refused` with the reason.
 */
export function assertTarget(url: string, pointer: string): void {
  const fault = findTargetFault(url);
  if (fault !== null) throw new AppError('webhook/url-refused', { errors: [{ pointer, detail: fault }] });
}

/**
 * A request's own webhook, ready to be stored with it.
 * @throws AppError `webhook/url-refused`, `input/invalid`.
 */
export function sealInlineWebhook(
  tenantId: string,
  url: string,
  secret: string,
): { endpointId: string; url: string } & SealedSecret {
  assertTarget(url, '/webhook_url');
  const endpointId = newId('endpoint');
  const usable = chooseSecret(secret, '/webhook_secret');
  return { endpointId, url, ...sealSecret(tenantId, endpointId, 1, usable) };
}
