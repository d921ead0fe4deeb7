/** A version as callers see it: `acme@8`. */
export function setName(tenantId: string, version: bigint): string {
  return `${tenantId}@${version}`;
}

/** The version that `acme@8`, or `8`, names in this tenant; null for anything else, another tenant's included. */
export function readSetName(tenantId: string, name: string): bigint | null {
  const number = name.startsWith(`${tenantId}@`) ? name.slice(tenantId.length + 1) : name;
  return /^[1-9]\d{0,17}$/.test(number) ? BigInt(number) : null;
}
