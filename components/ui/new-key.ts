/** A key that nobody else has: of a row in a form, or of something that is sent once. `crypto.randomUUID` exists only under https and on localhost. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
