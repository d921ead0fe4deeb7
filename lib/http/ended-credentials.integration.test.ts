import { beforeAll, describe, expect, test } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import { type Caller, readAnswer, toRequest, withKey, withSession } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();
let acme: SampleCalls;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'default');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 1)`);
  acme = await sampleCalls(sql, 'acme');
});

interface Credential {
  caller: Caller;
  /** Ends it in the database, as another process would: nothing here hears of it. */
  end: () => Promise<unknown>;
}

/** A credential of every kind that the edge believes for some seconds, and a way in which each can end. */
const CREDENTIALS: Record<string, () => Promise<Credential>> = {
  'a service key that is revoked': async () => endingKey(await addKey(sql, 'acme', EVERY_SCOPE), 'revoked_at'),
  'a service key that expires': async () => endingKey(await addKey(sql, 'acme', EVERY_SCOPE), 'expires_at'),
  'an owner’s key that is revoked': async () =>
    endingKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: await addPerson(sql, 'acme', 'owner') }), 'revoked_at'),
  'the key of an owner who is removed': async () => {
    const person = await addPerson(sql, 'acme', 'owner');
    return { caller: withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person })), end: () => remove(person.memberId) };
  },
  'a bootstrap key that is revoked': async () =>
    endingKey(await addKey(sql, 'default', EVERY_SCOPE, { allTenants: true }), 'revoked_at'),
  'the session of an owner who is removed': async () => {
    const person = await addPerson(sql, 'acme', 'owner');
    return { caller: await withSession(person), end: () => remove(person.memberId) };
  },
  'the session of an owner who becomes an operator': async () => {
    const person = await addPerson(sql, 'acme', 'owner');
    const demote = `UPDATE memberships SET role = 'operator', level = 1 WHERE member_id = $1`;
    return { caller: await withSession(person), end: () => sql(demote, [person.memberId]) };
  },
  'a session that was signed out': async () => {
    const person = await addPerson(sql, 'acme', 'owner');
    const signOut = 'UPDATE users SET session_version = session_version + 1 WHERE user_id = $1';
    return { caller: await withSession(person), end: () => sql(signOut, [person.userId]) };
  },
};

async function endingKey({ key, keyId }: { key: string; keyId: string }, column: 'revoked_at' | 'expires_at') {
  return {
    caller: withKey({ key }),
    end: () => sql(`UPDATE api_keys SET ${column} = now_ms() WHERE key_id = $1`, [keyId]),
  };
}

function remove(memberId: string): Promise<unknown[]> {
  return sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [memberId]);
}

/** Configuration, people and keys: what is written on a credential's word, and not as a change of a request. */
const CHANGES = [
  'putLevels',
  'putCostModels',
  'trustCostModel',
  'putEmergencyStop',
  'createEndpoint',
  'updateEndpoint',
  'deleteEndpoint',
  'rotateEndpointSecret',
  'testEndpoint',
  'redeliver',
  'createMember',
  'updateMember',
  'removeMember',
  'createKey',
  'revokeKey',
  'putSecret',
  'deleteSecret',
] as const satisfies readonly OperationId[];

const ask = async (operation: Operation, input: Parameters<typeof toRequest>[1]) =>
  readAnswer(await api(toRequest(operation, input)));
const acts = async () =>
  (await sql<{ n: number }>(`SELECT count(*)::int AS n FROM audit_log WHERE tenant_id = 'acme'`))[0]?.n;

describe.each(Object.entries(CREDENTIALS))('%s', (_what, make) => {
  test.each(CHANGES)('does nothing any more, although this process still believes it: %s', async (id) => {
    const { caller, end } = await make();
    const input = await acme[id]();
    expect((await ask(operations.getMe, { as: caller })).status).toBe(200);
    const before = await acts();
    await end();
    const { status, body } = await ask(operations[id], { ...input, as: caller });
    // 401 where the machine was so slow that the edge has looked again.
    expect(`${status} ${body.code}`).toMatch(/^(403 access\/forbidden|401 auth\/invalid-(key|session))$/);
    expect(await acts()).toBe(before);
  });
});
