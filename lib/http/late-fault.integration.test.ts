import { beforeAll, expect, test } from 'vitest';
import { inTenant, Prisma } from '@/lib/platform/db';
import { runHot } from '@/lib/platform/db/client';
import { addRequest } from '@/lib/testing/histories';
import { addTenant, testDatabase } from '@/lib/testing/people';
import { toProblem } from './problem';

const sql = testDatabase();
let tooLate: Prisma.Sql;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  const id = await addRequest(sql, 'acme');
  // What the writer would send if its own look at the clock were not there.
  tooLate = Prisma.sql`UPDATE approval_requests SET status = 'approved', resolved_at = expires_at WHERE id = ${id} AND tenant_id = 'acme'`;
});

/** How a fault is answered, whatever has wrapped it. */
async function answerTo(work: Promise<unknown>): Promise<[number, unknown]> {
  const fault = await work.then(
    () => expect.unreachable('the database let it through'),
    (error: unknown) => error,
  );
  const response = toProblem(fault, { requestId: 'r', instance: '/' });
  return [response.status, ((await response.json()) as { code?: unknown }).code];
}

test('a decision that only the database finds to be too late is answered like every late one', async () => {
  expect(await answerTo(runHot('countersign_hot', tooLate))).toEqual([409, 'request/expired']);
  await sql('GRANT UPDATE ON approval_requests TO countersign_app');
  expect(await answerTo(inTenant({ tenantId: 'acme' }, (tx) => tx.$executeRaw(tooLate)))).toEqual([
    409,
    'request/expired',
  ]);
  expect(await sql(`SELECT 1 FROM approval_requests WHERE status <> 'pending'`)).toEqual([]);
});

test('another constraint is still our own fault', async () => {
  const nonsense = Prisma.sql`UPDATE approval_requests SET status = 'nonsense' WHERE tenant_id = 'acme'`;
  expect(await answerTo(runHot('countersign_hot', nonsense))).toEqual([500, 'http/internal']);
});
