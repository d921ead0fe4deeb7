import { expect, test } from 'vitest';
import { readCliLogin, toLoopback } from './cli-login';

const token = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const asked = { port: '41999', state: token, challenge: token, host: 'laptop.local' };

test('what a command line asks for is read', () => {
  expect(readCliLogin(asked)).toEqual({ port: 41999, state: token, codeChallenge: token, host: 'laptop.local' });
});

test.each([
  { port: '80' },
  { port: '65536' },
  { port: '41999@evil.example' },
  { port: ['41999', '42000'] },
  { port: undefined },
  { state: 'short' },
  { state: `${token}x` },
  { challenge: undefined },
  { challenge: '<script>' },
])('%j is nothing that it asks for', (over) => expect(readCliLogin({ ...asked, ...over })).toBeNull());

test.each(['the CI server (trusted)', '\u202elaptop', '<b>', '', undefined, ['a', 'b']])(
  '%j is no name of a computer',
  (host) => expect(readCliLogin({ ...asked, host })?.host).toBe('this computer'),
);

test('the code goes to this computer and nowhere else, whatever is in it', () => {
  const login = readCliLogin(asked);
  const url = new URL(toLoopback(login ?? expect.fail(), 'a&b=c#d@evil.example/'));
  expect([url.origin, url.pathname]).toEqual(['http://127.0.0.1:41999', '/callback']);
  expect(Object.fromEntries(url.searchParams)).toEqual({ code: 'a&b=c#d@evil.example/', state: token });
});
