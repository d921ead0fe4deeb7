import { expect, test } from 'vitest';
import { removeOld } from '@/lib/platform/db/worker';
import { testDatabase } from '@/lib/testing/people';
import { beginLogin } from './throttle';

const sql = testDatabase();

test('an address from which somebody got in is known for thirty days; what failed is forgotten after one', async () => {
  const attempt = async (address: string) => (await beginLogin('ada@example.com', address)).succeeded();
  await attempt('203.0.113.1');
  await sql("UPDATE login_attempts SET at = at - interval '29 days'");
  await attempt('203.0.113.2');
  await sql("UPDATE login_attempts SET at = at - interval '30 days 1 hour' WHERE address = '203.0.113.2'");
  await beginLogin('ada@example.com', '203.0.113.3');
  await sql("UPDATE login_attempts SET at = at - interval '25 hours' WHERE NOT succeeded");
  await removeOld();
  expect(await sql('SELECT address, succeeded FROM login_attempts')).toEqual([
    { address: '203.0.113.1', succeeded: true },
  ]);
});
