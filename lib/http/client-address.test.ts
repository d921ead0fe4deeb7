import { afterEach, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { clientAddress, notePeer } from './client-address';

afterEach(() => {
  vi.unstubAllEnvs();
  resetEnv();
});

const PEER = 'x-countersign-peer';

/** What the page door notes of a connection from there. */
function noted(peer: string): string {
  const headers = { [PEER]: '198.51.100.1' };
  notePeer(headers, peer);
  return String(headers[PEER]);
}

function from(peer: string | null, forwarded: string | null, trusted = ''): string | null {
  const settings = { DATABASE_URL: 'postgresql://x', NEXTAUTH_SECRET: 'x'.repeat(16), SECRETS_KEY: 'x'.repeat(16) };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.stubEnv('TRUSTED_PROXY_CIDRS', trusted);
  resetEnv();
  const headers = new Headers();
  if (peer !== null) headers.set(PEER, noted(peer));
  if (forwarded !== null) headers.set('x-forwarded-for', forwarded);
  return clientAddress(headers);
}

test('the address is the socket’s, whatever X-Forwarded-For says', () => {
  expect(from('203.0.113.7', '10.0.0.1')).toBe('203.0.113.7');
  expect(from('::ffff:203.0.113.7', null)).toBe('203.0.113.7');
  expect(from(null, '10.0.0.1')).toBeNull();
  expect(from('not an address', null)).toBeNull();
});

test('an address that the client itself says is its peer’s is not believed', () => {
  from(null, null);
  const known = noted('203.0.113.7');
  for (const forged of ['203.0.113.7', ' 203.0.113.7', 'x 203.0.113.7', `${'0'.repeat(32)} 203.0.113.7`]) {
    expect(clientAddress(new Headers({ [PEER]: forged }))).toBeNull();
  }
  expect(clientAddress(new Headers({ [PEER]: known }))).toBe('203.0.113.7');
});

test('behind trusted proxies it is the last hop that is not one of them', () => {
  const proxies = '10.0.0.0/8, fd00::/8';
  expect(from('10.0.0.1', '203.0.113.7', proxies)).toBe('203.0.113.7');
  expect(from('10.0.0.1', '1.2.3.4, 203.0.113.7, 10.0.0.2', proxies)).toBe('203.0.113.7');
  expect(from('fd00::1', '2001:db8::1', proxies)).toBe('2001:db8::1');
  expect(from('203.0.113.7', '1.2.3.4', proxies)).toBe('203.0.113.7');
  expect(from('10.0.0.1', 'nonsense', proxies)).toBe('10.0.0.1');
});

test('a range that is none is said, not skipped', () => {
  expect(() => from('10.0.0.1', '1.2.3.4', '10.0.0.0/99')).toThrow('TRUSTED_PROXY_CIDRS');
});
