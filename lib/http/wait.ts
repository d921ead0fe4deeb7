const MAX_WAIT_SECONDS = 60;

/** `Prefer: wait=30` (RFC 7240 §4.3), at most a minute; 0 when the caller does not wait. */
export function readWaitSeconds(headers: Headers): number {
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(headers.get('prefer') ?? '');
  return match === null ? 0 : Math.min(Number(match[1]), MAX_WAIT_SECONDS);
}
