/** No letters or digits that look alike; as the server makes them. */
const READABLE = '23456789abcdefghjkmnpqrstuvwxyz';
const GROUPS = 5;
const GROUP_LENGTH = 5;

/** A password that can be read aloud: 25 characters in groups, 123 random bits. Bytes beyond the last whole alphabet are drawn again. */
export function makePassword(): string {
  const limit = 256 - (256 % READABLE.length);
  let text = '';
  while (text.length < GROUPS * GROUP_LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < limit && text.length < GROUPS * GROUP_LENGTH) text += READABLE.charAt(byte % READABLE.length);
    }
  }
  return text.match(/.{5}/g)?.join('-') ?? text;
}
