import { lookup } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { resetEnv } from '../env';
import { createGuardedClient, type GuardedClient } from './post';
import { findTargetFault } from './target';

let receiver: Receiver;
let client: GuardedClient;

function allow(ranges: string): void {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', ranges);
  vi.stubEnv('DATABASE_URL', 'postgresql://nowhere');
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of sixteen or more');
  vi.stubEnv('SECRETS_KEY', 'a key of sixteen or more');
  resetEnv();
}

beforeEach(async () => {
  allow('127.0.0.0/8');
  receiver = await startReceiver();
  client = createGuardedClient();
});
afterEach(async () => {
  await client.close();
  await receiver.close();
  vi.unstubAllEnvs();
  resetEnv();
});

const post = (url: string, timeoutMs = 300) => client.post(url, { headers: {}, body: '{}', timeoutMs });

test('the status, the head of the body and Retry-After come back', async () => {
  receiver.answerWith([answers.status(429, { 'retry-after': '7' }, 'slow\ndown')]);
  expect(await post(receiver.url)).toMatchObject({ answered: true, status: 429, retryAfter: '7', head: 'slow down' });
});

test('no answer within the time limit is a time-out, whether nothing or a byte a second arrives', async () => {
  receiver.answerWith([answers.hang(), answers.dripHeaders()]);
  for (let i = 0; i < 2; i++) {
    const result = await post(receiver.url);
    expect(result).toMatchObject({ answered: false, timedOut: true, error: 'No answer within 0.3 s' });
    expect(result.latencyMs).toBeLessThan(1000);
  }
});

test('the status decides: a body that drips or never ends neither delays nor fills anything', async () => {
  receiver.answerWith([answers.drip(200), answers.gigabyte(200)]);
  expect(await post(receiver.url, 500)).toMatchObject({ answered: true, status: 200, head: '.' });
  const before = process.memoryUsage().rss;
  const huge = await post(receiver.url, 2000);
  expect(huge).toMatchObject({ answered: true, status: 200, head: 'x'.repeat(1024) });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test('a reset and a closed port are failures with a name', async () => {
  receiver.answerWith([answers.reset()]);
  expect(await post(receiver.url)).toMatchObject({ answered: false, error: 'Connection reset' });
  const gone = receiver.url;
  await receiver.close();
  expect(await post(gone)).toMatchObject({ answered: false, error: 'Connection refused' });
  receiver = await startReceiver();
});

test('a redirect is an answer and is not followed', async () => {
  const inside = await startReceiver();
  receiver.answerWith([answers.redirect(inside.url)]);
  expect(await post(receiver.url)).toMatchObject({ answered: true, status: 302 });
  expect(inside.connections).toBe(0);
  await inside.close();
});

test('an answer with endless headers is a failure', async () => {
  receiver.answerWith([answers.status(200, { 'x-filler': 'x'.repeat(100_000) })]);
  expect(await post(receiver.url)).toMatchObject({ answered: false, error: 'The answer’s headers are too large' });
});

describe('no connection is made to an address that is not allowed', () => {
  const SPELLINGS = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '①②⑦.⓪.⓪.①',
    'localhost',
    'localhost.',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '0.0.0.0',
    '[::]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
  ];
  test.each(SPELLINGS)('spelled %s', async (host) => {
    allow('');
    for (const scheme of ['http', 'https']) {
      const url = `${scheme}://${host}:${receiver.port}/hook`;
      expect(await post(url)).toMatchObject({
        answered: false,
        error: expect.stringMatching(/refused: .*not a public address|does not resolve/),
      });
      expect(findTargetFault(url)).not.toBeNull();
    }
    expect(receiver.connections).toBe(0);
  });

  test('behind a name that resolves to it, alone or beside a public one', async () => {
    allow('');
    for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']]) {
      const byName = createGuardedClient(async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
      const result = await byName.post(`https://hooks.example:${receiver.port}`, {
        headers: {},
        body: '',
        timeoutMs: 300,
      });
      expect(result).toMatchObject({ error: 'hooks.example is refused: what it resolves to is not a public address' });
      await byName.close();
    }
    expect(receiver.connections).toBe(0);
  });

  test('behind a name that answers differently the second time: the checked answer is the one that is used', async () => {
    allow('127.0.0.1/32');
    let asked = 0;
    const rebinding = createGuardedClient(async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    });
    const hook = `http://hooks.example:${receiver.port}`;
    receiver.answerWith([answers.status(204, { connection: 'close' })]);
    expect(await rebinding.post(hook, { headers: {}, body: '' })).toMatchObject({ status: 204 });
    expect(asked).toBe(1);
    expect(await rebinding.post(hook, { headers: {}, body: '' })).toMatchObject({ answered: false });
    expect(receiver.connections).toBe(1);
    await rebinding.close();
  });

  test('though an allowed one is beside it, and plain http goes to allowed addresses only', async () => {
    allow('10.9.8.7/32');
    expect(await post(receiver.url)).toMatchObject({ answered: false });
    expect(findTargetFault('http://10.9.8.7/hook')).toBeNull();
    expect(findTargetFault('https://10.9.8.7/hook')).toBeNull();
    expect(findTargetFault('http://93.184.215.14/hook')).toContain('plain http');
    expect(receiver.connections).toBe(0);
  });
});

test('a URL with credentials, another scheme or none at all is refused when it is registered', () => {
  expect(findTargetFault('https://me:secret@hooks.example/')).toContain('password');
  expect(findTargetFault('ftp://hooks.example/')).toContain('https');
  expect(findTargetFault('hooks.example')).toContain('not a URL');
  expect(findTargetFault('https://hooks.example/x')).toBeNull();
});

test('plain http to a name is refused early where no range is allowed', () => {
  allow('');
  expect(findTargetFault('http://hooks.example/')).toBe('Plain http is refused here: use https.');
});

test('localhost is reached where its addresses are allowed', async () => {
  allow('127.0.0.0/8 ::1');
  const [{ address } = { address: '127.0.0.1' }] = await lookup('localhost', { all: true });
  const local = await startReceiver(address);
  expect(await post(`http://localhost:${local.port}`)).toMatchObject({ answered: true, status: 204 });
  await local.close();
});
