/** What travels with a command besides its input: where it came from, and what makes repeating it safe. */
export interface Call {
  /** W3C trace id, carried from request to event to delivery. */
  traceId: string | null;
  /** The caller's Idempotency-Key with the digest of what it was sent with. */
  idempotency: { operation: string; key: string; bodyHmac: string; status: number } | null;
  /** The entity tag the caller believes in. */
  ifMatch: string | null;
}

/** A command that comes from inside: nothing travels with it. */
export const NO_CALL: Call = { traceId: null, idempotency: null, ifMatch: null };
