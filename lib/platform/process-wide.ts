/**
 * What must exist once per process (pools, caches, the LISTEN connection) lives on `globalThis`, because Next bundles its own copy of
 * `lib/` beside the server's.
 */
export function perProcess<T>(name: string, make: () => T): T {
  const key = Symbol.for(`countersign.${name}`);
  const store = globalThis as unknown as Record<symbol, T | undefined>;
  const existing = store[key];
  if (existing !== undefined) return existing;
  const made = make();
  store[key] = made;
  return made;
}

/** Forgets a value, so that the next use makes a new one; for shutdown and for tests. */
export function forgetPerProcess(name: string): void {
  const store = globalThis as unknown as Record<symbol, unknown>;
  delete store[Symbol.for(`countersign.${name}`)];
}
