const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
] as const;

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** "Firefox on Linux", from what a browser says of itself; as much of it as is recognised. The first match counts: they imitate each other. */
export function toBrowserName(userAgent: string | null): string {
  const text = userAgent ?? '';
  const browser = BROWSERS.find(([mark]) => text.includes(mark))?.[1] ?? 'Unknown browser';
  const system = SYSTEMS.find(([mark]) => text.includes(mark))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
