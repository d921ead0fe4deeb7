/** A receiver that asks for patience gets at most this much of it. */
export const MAX_RETRY_AFTER_SECONDS = 3600;

/** `Retry-After` (RFC 9110, 10.2.3): seconds or a date; bounded, and 0 where it says nothing that can be read. */
export function retryAfterSeconds(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - nowMs) / 1000);
  return Number.isNaN(seconds) ? 0 : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}
