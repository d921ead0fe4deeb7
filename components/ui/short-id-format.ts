/** `req_01JF4MZQ…7T2` stays recognisable by its prefix, its time and its end; anything that is not long enough stays whole. */
export function shortenId(id: string): string {
  const match = /^([a-z0-9]+[_:])?(.+)$/s.exec(id);
  const prefix = match?.[1] ?? '';
  const rest = match?.[2] ?? id;
  return rest.length <= 12 ? id : `${prefix}${rest.slice(0, 6)}…${rest.slice(-3)}`;
}
