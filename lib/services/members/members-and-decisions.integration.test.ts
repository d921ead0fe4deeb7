import { beforeAll, describe, expect, test } from 'vitest';
import { CreateRequestBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { revokeKey } from '@/lib/services/keys';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { removeMember, updateMember } from '.';

const sql = testDatabase();

let owner: TestPerson;
let asking: TestKey;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  owner = await addPerson(sql, 'acme', 'owner');
  asking = await addKey(sql, 'acme', ['requests:create']);
});

const ask = async () => {
  const body = CreateRequestBody.parse({ skill_id: 'payments.transfer', tenant_id: 'acme', payload: { n: 1 } });
  return (await createRequest(asking.actor, body, NO_CALL)).request.request_id;
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message?: string }) => error.code ?? error.message,
  );
const approve = (person: Pick<TestPerson, 'actor'>, id: string) =>
  codeOf(commandRequest(person.actor, id, { type: 'approve' }, NO_CALL));

describe('a change of people that has committed', () => {
  test('counts for every decision after it, whatever the edge still believes', async () => {
    const demoted = await addPerson(sql, 'acme', 'operator');
    const removed = await addPerson(sql, 'acme', 'operator');
    const keyed = await addPerson(sql, 'acme', 'operator');
    const key = await addKey(sql, 'acme', ['*'], { person: keyed });
    await updateMember(owner.actor, demoted.memberId, { role: 'viewer' });
    await removeMember(owner.actor, removed.memberId);
    await revokeKey(owner.actor, key.keyId);
    for (const person of [demoted, removed, key]) {
      const id = await ask();
      expect(await approve(person, id)).toMatch(/^(access\/forbidden|review\/)/);
      const [row] = await sql<{ status: string }>('SELECT status FROM approval_requests WHERE id = $1', [id]);
      expect(row?.status).toBe('pending');
    }
  });

  test('and one that races a decision either lets it through or refuses it: nothing hangs, nothing deadlocks', async () => {
    for (let round = 0; round < 5; round++) {
      const people = await Promise.all(Array.from({ length: 6 }, () => addPerson(sql, 'acme', 'operator')));
      const keys = await Promise.all(people.map((person) => addKey(sql, 'acme', ['*'], { person })));
      const ids = await Promise.all(Array.from({ length: 6 }, ask));
      const outcomes = await Promise.all([
        ...ids.flatMap((id, i) => [people[i], keys[(i + 1) % 6]].map((who) => (who ? approve(who, id) : 'nobody'))),
        ...people.map(({ memberId }, i) =>
          codeOf(
            i % 3 === 0
              ? removeMember(owner.actor, memberId)
              : updateMember(owner.actor, memberId, i % 3 === 1 ? { level: 1 } : { role: 'viewer' }),
          ),
        ),
        ...keys.map(({ keyId }) => codeOf(revokeKey(owner.actor, keyId))),
      ]);
      const honest = /^(done|access\/forbidden|request\/already-resolved|review\/.*)$/;
      expect(outcomes.filter((outcome) => !honest.test(outcome ?? ''))).toEqual([]);
    }
    const [row] = await sql<{ deadlocks: string }>(
      'SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(row?.deadlocks).toBe('0');
    const counted = await sql(
      `SELECT 1 FROM approval_requests r JOIN approval_reviews v ON v.request_id = r.id
       JOIN memberships m ON m.member_id = v.member_id AND m.removed_at IS NOT NULL WHERE v.at > m.removed_at`,
    );
    expect(counted).toEqual([]);
  });
});
