import { bodySignature, standardSignature } from '@/lib/platform/crypto';

/** A secret that signs, and which version of the endpoint's it is. */
export interface SigningSecret {
  version: number;
  secret: string;
}

export interface Signed {
  webhookId: string;
  body: string;
  /** Unix time in seconds. */
  timestamp: number;
  traceparent: string | null;
  /** The current secret first; during an overlap the one before it. */
  secrets: readonly [SigningSecret, ...SigningSecret[]];
}

/**
 * The headers of one attempt. Standard Webhooks: a signature by every valid secret, separated by spaces. The seed's: one by the current
 * secret, and during an overlap one by the previous secret beside it.
 */
export function deliveryHeaders({ webhookId, body, timestamp, traceparent, secrets }: Signed): Record<string, string> {
  const [current, previous] = secrets;
  return {
    'content-type': 'application/json',
    'user-agent': 'Countersign/1.0 (webhooks)',
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(({ secret }) => standardSignature(secret, webhookId, timestamp, body)).join(' '),
    'X-Webhook-Signature': bodySignature(current.secret, body),
    'X-Webhook-Key-Version': String(current.version),
    ...(previous === undefined ? {} : { 'X-Webhook-Signature-Previous': bodySignature(previous.secret, body) }),
    ...(traceparent === null ? {} : { traceparent }),
  };
}
