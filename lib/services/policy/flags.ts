import { type Actor, credentialId } from '@/lib/domain/access';
import { bucketOf, isFlagOn } from '@/lib/domain/policy';
import { sha256Hex } from '@/lib/platform/crypto';
import type { PolicyConfig } from '@/lib/platform/db';
import type { Asked } from './evaluate';

/**
 * The flags, as they are for this question: each on or off for its agent, or for the credential where it names none. Who is in a rollout is
 * the SHA-256 of `tenant/key/who`, so that it is the same in every process and at every time, and another for every flag. No query.
 */
export function flagsFor(
  { flags }: Pick<PolicyConfig, 'flags'>,
  { agent_id: agentId }: Asked,
  actor: Actor,
): Record<string, boolean> {
  const who = agentId || credentialId(actor);
  return Object.fromEntries(
    flags.map((flag) => [flag.key, isFlagOn(flag, () => bucketOf(sha256Hex(`${actor.tenantId}/${flag.key}/${who}`)))]),
  );
}
