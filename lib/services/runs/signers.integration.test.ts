// Who has to sign a checkpoint, on real PostgreSQL: everybody whom it names, where as many signatures are asked for.
import { beforeEach, expect, test } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { commandRequest, getEligibleApprovers, getRequest } from '../requests';
import { driveRuns, getRun, startRun } from './index';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let starter: TestKey;
let own: TestPerson;
let ada: TestPerson;
let bob: TestPerson;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  own = await addPerson(sql, tenant, 'operator');
  ada = await addPerson(sql, tenant, 'admin');
  bob = await addPerson(sql, tenant, 'admin');
});

async function askFor(required_signers: (string | null)[]) {
  const gate = { id: 'agree', type: 'checkpoint', prompt: 'May it?', required_signers };
  const body = StartRunBody.parse({ tenant_id: tenant, dag: { name: 'payout', tasks: [gate] } });
  const run = await startRun(starter.actor, body, NO_CALL);
  const requestId = run.checkpoint_id ?? '';
  return {
    approve: ({ actor }: TestPerson) =>
      commandRequest(actor, requestId, { type: 'approve' }, NO_CALL).then(
        ({ status }) => status,
        (error) => (isAppError(error) ? error.code : Promise.reject(error)),
      ),
    left: () => getEligibleApprovers(ada.actor, requestId),
    request: () => getRequest(ada.actor, requestId),
    end: async () => {
      await driveRuns(new AbortController().signal);
      return (await getRun(starter.actor, run.run_id)).status;
    },
  };
}
const ids = (people: readonly { approver_id: string }[]) => people.map(({ approver_id }) => approver_id).sort();

test('a second signature of a role does not stand for the person who is named', async () => {
  const asked = await askFor([own.actor.email, 'Admin']);
  expect(ids((await asked.left()).eligible)).toEqual([own.userId, ada.userId, bob.userId].sort());
  expect(await asked.approve(ada)).toBe('pending');
  expect(ids((await asked.left()).eligible)).toEqual([own.userId]);
  expect(await asked.approve(bob)).toBe('review/not-a-signer');
  expect(await asked.request()).toMatchObject({ approvals_count: 1, status: 'pending' });
  expect(await asked.approve(own)).toBe('approved');
  expect(await asked.end()).toBe('succeeded');
  await expectInvariants(sql);
});

test('whoever signed for a role and lost it leaves their place to another', async () => {
  const asked = await askFor([own.actor.email, 'Admin']);
  expect(await asked.approve(ada)).toBe('pending');
  await sql(`UPDATE memberships SET role = 'operator', level = 3 WHERE user_id = $1`, [ada.userId]);
  expect(await asked.approve(own)).toBe('pending');
  expect(await asked.approve(bob)).toBe('approved');
  expect(await asked.end()).toBe('succeeded');
});

test('a checkpoint that somebody must sign who is nobody says so', async () => {
  const asked = await askFor(['nobody@nowhere', 'Admin']);
  expect(await asked.left()).toMatchObject({
    reachable: false,
    missing: expect.stringContaining('the signature of nobody@nowhere'),
  });
});
