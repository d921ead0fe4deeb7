import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { sha256Hex } from '@/lib/platform/crypto';

/**
 * The entity tag (RFC 9110 §8.8.3) of one part of the configuration: of what that says, so that it is the same for as long as it says the
 * same, whatever else of the tenant changes.
 */
export function entityTagOf(said: unknown): string {
  return `"${sha256Hex(canonicalJson(said)).slice(0, 32)}"`;
}

/** @throws AppError `config/changed` (412) unless `If-Match` names this tag, or any. */
export function assertUnchanged({ ifMatch }: Call, etag: string): void {
  if (ifMatch !== '*' && ifMatch !== etag) throw new AppError('config/changed');
}
