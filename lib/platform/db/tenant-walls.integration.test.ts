import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CreateRequestBody } from '@/lib/contracts';
import { decide } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { env } from '@/lib/platform/env';
import { createRequest, toDecisionWrite } from '@/lib/services/requests';
import { fingerprint } from '@/lib/testing/fingerprint';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import {
  type ActorGuard,
  type DecisionWrite,
  findBundle,
  findIdempotencyKey,
  findPolicyConfig,
  findResourceRow,
  findResourceRowByCorrelation,
  guardHolds,
  listBudgetUsage,
  listReviewers,
  writeDecisions,
} from './index';

const sql = testDatabase();

/** What one tenant has of everything. */
interface Side {
  tenantId: string;
  person: TestPerson;
  key: TestKey;
  requestId: string;
}
let acme: Side;
let globex: Side;

async function makeSide(tenantId: string): Promise<Side> {
  await addTenant(sql, tenantId);
  await sql('INSERT INTO policy_approval_levels (tenant_id, level) VALUES ($1, 2)', [tenantId]);
  const [person, key] = await Promise.all([addPerson(sql, tenantId, 'operator'), addKey(sql, tenantId, ['*'])]);
  const body: CreateRequestBody = { policy_type: 'cost', skill_id: 'x', tenant_id: tenantId, payload: {}, links: [] };
  const call = { ...NO_CALL, idempotency: { operation: 'createRequest', key: 'one', bodyHmac: tenantId, status: 201 } };
  const { request } = await createRequest(key.actor, { ...body, correlation_id: 'same' }, call);
  return { tenantId, person, key, requestId: request.request_id };
}

beforeAll(async () => {
  acme = await makeSide('acme');
  globex = await makeSide('globex');
});

describe('the hot statements, with another tenant’s ids', () => {
  test('find no request, neither by id nor by correlation id', async () => {
    expect(await findBundle('acme', globex.requestId, null)).toBeNull();
    expect(await findResourceRow('acme', globex.requestId)).toBeNull();
    expect((await findResourceRowByCorrelation('acme', 'same'))?.id).toBe(acme.requestId);
    expect((await findBundle('acme', acme.requestId, null))?.request.id).toBe(acme.requestId);
  });

  test('find no member in a person of another tenant', async () => {
    expect((await findBundle('acme', acme.requestId, globex.person.userId))?.member).toBeNull();
    expect((await findBundle('acme', acme.requestId, acme.person.userId))?.member?.userId).toBe(acme.person.userId);
  });

  test('list nobody of another tenant', async () => {
    const ids = (await listReviewers('acme')).map(({ userId }) => userId);
    expect(ids).toEqual([acme.person.userId]);
  });

  test('remember no Idempotency-Key of another tenant', async () => {
    const { keyId } = globex.key;
    expect(await findIdempotencyKey('acme', keyId, 'createRequest', 'one')).toBeNull();
    expect(await findIdempotencyKey('globex', keyId, 'createRequest', 'one')).toMatchObject({ bodyHmac: 'globex' });
  });

  test('read no configuration of another tenant', async () => {
    await sql(`UPDATE policy_approval_levels SET level = 5 WHERE tenant_id = 'globex'`);
    expect((await findPolicyConfig('acme'))?.levels.map(({ level }) => level)).toEqual([2]);
  });

  test('read nothing of another tenant’s budgets, and draw nothing from them', async () => {
    for (const { tenantId } of [acme, globex]) {
      const budgetId = `bud_${tenantId}`;
      await sql(`INSERT INTO budgets (budget_id, tenant_id, period, limit_cents) VALUES ($1, $2, 'day', 100)`, [
        budgetId,
        tenantId,
      ]);
      await sql(
        `INSERT INTO budget_periods (budget_id, tenant_id, period_start) VALUES ($1, $2, budget_period_start('day', now_ms()))`,
        [budgetId, tenantId],
      );
    }
    expect((await listBudgetUsage(['acme'])).map(({ budgetId }) => budgetId)).toEqual(['bud_acme']);
    expect((await findPolicyConfig('acme'))?.budgets.map(({ budgetId }) => budgetId)).toEqual(['bud_acme']);
    const [paid] = await sql(`SELECT reserve_budgets('acme', $1, 'x', NULL, 60, now_ms()) AS paid`, [acme.requestId]);
    expect(paid).toEqual({ paid: true });
    const held = await sql('SELECT tenant_id, reserved_cents::int AS cents FROM budget_periods ORDER BY tenant_id');
    expect(held.map(({ tenant_id: tenantId, cents }) => [tenantId, cents])).toEqual([
      ['acme', 60],
      ['globex', 0],
    ]);
    // What comes after this is about other walls.
    await sql('DELETE FROM budget_reservations');
    await sql('DELETE FROM budget_periods');
    await sql('DELETE FROM budgets');
  });

  test('create nothing for a key of another tenant', async () => {
    const actor = { ...acme.key.actor, keyId: globex.key.keyId };
    const body: CreateRequestBody = { policy_type: 'cost', skill_id: 'x', tenant_id: 'acme', payload: {}, links: [] };
    const before = await fingerprint(sql, 'acme');
    await expect(createRequest(actor, body, NO_CALL)).rejects.toMatchObject({ code: 'auth/invalid-key' });
    expect(await fingerprint(sql, 'acme')).toEqual(before);
  });

  describe('the writer', () => {
    /** An approval that would land, as the service would write it. */
    async function approval(side: Side): Promise<{ write: DecisionWrite; guard: ActorGuard }> {
      const { person, tenantId, requestId } = side;
      const bundle = await findBundle(tenantId, requestId, person.userId);
      if (bundle === null) throw new Error('the request is missing');
      const { request, reviews, at } = bundle;
      const decided = decide(
        request,
        reviews,
        { type: 'approve' },
        { actor: person.actor, reviewer: bundle.member, at },
      );
      if (!decided.ok) throw new Error(decided.error.code);
      const { userId, memberId } = person;
      const who = { actor: userId, actor_type: 'session', actor_id: userId, actor_name: 'test' } as const;
      const vote = { userId, memberId, keyId: null, bridge: null, approvalData: null };
      return {
        write: toDecisionWrite(bundle, decided.value, who, { vote }),
        guard: {
          tenantId,
          user: { userId, memberId, sessionVersion: 1, minLevel: 2 },
          keyId: null,
          onBehalfOf: null,
          voters: [],
        },
      };
    }

    const cases: [
      string,
      (given: { write: DecisionWrite; guard: ActorGuard }) => { write: DecisionWrite; guard: ActorGuard },
    ][] = [
      [
        'a request of another tenant',
        ({ write, guard }) => ({ write: { ...write, request_id: globex.requestId }, guard }),
      ],
      [
        'a tenant that the request is not in',
        ({ write, guard }) => ({ write: { ...write, tenant_id: 'globex' }, guard }),
      ],
      [
        'a member of another tenant',
        ({ write, guard }) => {
          const { userId, memberId } = globex.person;
          return { write, guard: { ...guard, user: { userId, memberId, sessionVersion: 1, minLevel: 2 } } };
        },
      ],
      [
        'somebody’s user with a membership of somebody else',
        ({ write, guard }) => {
          const user = { userId: acme.person.userId, memberId: globex.person.memberId, sessionVersion: 1, minLevel: 0 };
          return { write, guard: { ...guard, user } };
        },
      ],
      ['a key of another tenant', ({ write, guard }) => ({ write, guard: { ...guard, keyId: globex.key.keyId } })],
      [
        'an earlier vote of somebody of another tenant',
        ({ write, guard }) => ({ write, guard: { ...guard, voters: [{ userId: globex.person.userId, minLevel: 1 }] } }),
      ],
      [
        'a bridge that speaks for somebody of another tenant',
        ({ write, guard }) => {
          const { userId, memberId } = globex.person;
          return { write, guard: { ...guard, onBehalfOf: { userId, memberId, minLevel: 1 } } };
        },
      ],
    ];

    test.each(cases)('writes nothing for %s', async (_, forge) => {
      const { write, guard } = forge(await approval(acme));
      const before = [await fingerprint(sql, 'acme'), await fingerprint(sql, 'globex')];
      expect(await writeDecisions('countersign_hot', [write], { guard })).toEqual([]);
      expect([await fingerprint(sql, 'acme'), await fingerprint(sql, 'globex')]).toEqual(before);
    });

    test('and says of a key of another tenant that it does not hold', async () => {
      const { guard } = await approval(acme);
      expect(await guardHolds({ ...guard, keyId: globex.key.keyId })).toBe(false);
      expect(await guardHolds({ ...guard, keyId: acme.key.keyId })).toBe(true);
    });

    test('writes it for what is one’s own', async () => {
      const { write, guard } = await approval(acme);
      expect(await writeDecisions('countersign_hot', [write], { guard })).toMatchObject([
        { requestId: acme.requestId, seq: 2 },
      ]);
    });
  });
});

/** Runs statements as one of the database's roles. */
async function as(
  role: string,
  tenantId: string | null,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET ROLE ${role}`);
    if (tenantId !== null) await client.query(`SELECT set_config('app.tenant', $1, true)`, [tenantId]);
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

const TABLES = [
  'tenants',
  'users',
  'memberships',
  'api_keys',
  'policy_approval_levels',
  'approval_requests',
  'approval_reviews',
  'events',
  'audit_log',
  'audit_heads',
  'webhook_endpoints',
  'webhook_secrets',
  'webhook_deliveries',
  'webhook_attempts',
  'idempotency_keys',
];

describe('row-level security, the second wall', () => {
  test.each(TABLES)(
    'the application’s role sees nothing of %s without a tenant, and nobody else’s with one',
    async (table) => {
      expect((await as('countersign_app', null, `SELECT * FROM ${table}`)).rows).toEqual([]);
      const { rows } = await as('countersign_app', 'acme', `SELECT t::text AS row FROM ${table} t`);
      expect(rows.filter(({ row }) => /globex/.test(row) || row.includes(globex.person.userId))).toEqual([]);
    },
  );

  test('every table that has a tenant is behind it, also for its owner', async () => {
    const open = await sql(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`);
    expect(open).toEqual([]);
  });

  test('it writes nothing into another tenant', async () => {
    const insert = `INSERT INTO memberships (member_id, tenant_id, user_id, role, level) VALUES ('mem_x', 'globex', $1, 'owner', 5)`;
    await expect(as('countersign_app', 'acme', insert, [acme.person.userId])).rejects.toThrow('row-level security');
    const update = `UPDATE memberships SET role = 'viewer', level = 0 WHERE tenant_id = 'globex' RETURNING 1`;
    expect((await as('countersign_app', 'acme', update)).rows).toEqual([]);
    const move = `UPDATE api_keys SET tenant_id = 'acme' WHERE key_id = $1 RETURNING 1`;
    expect((await as('countersign_app', 'acme', move, [globex.key.keyId])).rows).toEqual([]);
    const away = `UPDATE api_keys SET tenant_id = 'globex' WHERE key_id = $1`;
    await expect(as('countersign_app', 'acme', away, [acme.key.keyId])).rejects.toThrow('row-level security');
  });
});

describe('each database role may do its work and nothing else', () => {
  const DENIED = 'permission denied';
  test.each([
    ['countersign_app', 'decides nothing', `UPDATE approval_requests SET status = 'approved'`],
    ['countersign_app', 'makes no request', `INSERT INTO approval_requests (id) VALUES ('x')`],
    ['countersign_app', 'writes no history', `INSERT INTO events (subject_id) VALUES ('x')`],
    ['countersign_app', 'forgets nothing', 'DELETE FROM approval_requests'],
    ['countersign_app', 'empties no outbox', 'DELETE FROM event_outbox'],
    ['countersign_hot', 'reads no webhook secret', 'SELECT * FROM webhook_secrets'],
    ['countersign_hot', 'reads no audit log', 'SELECT * FROM audit_log'],
    ['countersign_hot', 'changes no payload', `UPDATE approval_requests SET payload = '{}'`],
    ['countersign_hot', 'moves no deadline', 'UPDATE approval_requests SET expires_at = now()'],
    ['countersign_hot', 'makes nobody a member', `INSERT INTO memberships (member_id) VALUES ('x')`],
    ['countersign_hot', 'raises nobody', `UPDATE memberships SET role = 'owner', level = 5`],
    ['countersign_hot', 'makes no key', `INSERT INTO api_keys (key_id) VALUES ('x')`],
    ['countersign_hot', 'widens no key', `UPDATE api_keys SET scopes = '{*}'`],
    ['countersign_hot', 'revives no key', 'UPDATE api_keys SET revoked_at = NULL'],
    ['countersign_hot', 'stops and starts nothing', 'UPDATE tenants SET emergency_stop = false'],
    ['countersign_worker', 'makes no request', `INSERT INTO approval_requests (id) VALUES ('x')`],
    ['countersign_worker', 'changes no payload', `UPDATE approval_requests SET payload = '{}'`],
    ['countersign_worker', 'raises nobody', `UPDATE memberships SET level = 5`],
    ['countersign_worker', 'sets no password', `UPDATE users SET password_hash = ''`],
    ['countersign_worker', 'makes no key', `INSERT INTO api_keys (key_id) VALUES ('x')`],
    ['countersign_worker', 'forgets no request', 'DELETE FROM approval_requests'],
  ])('%s %s', async (role, _, statement) => {
    await expect(as(role, 'acme', statement)).rejects.toThrow(DENIED);
  });

  test.each(['events', 'audit_log'])('nobody edits, removes or truncates %s, not even its owner', async (table) => {
    const [row] = await sql<{ n: number }>(`SELECT count(*)::int AS n FROM events`);
    expect(row?.n).toBeGreaterThan(0);
    if (table === 'audit_log') {
      await sql(`INSERT INTO audit_log (tenant_id, seq, audit_id, action, actor, actor_type, actor_name, target_kind, target_id, timestamp,
        canonical, prev_hash, hash) VALUES ('acme', 1, 'aud_x', 'x', 'x', 'system', 'x', 'x', 'x', now_ms(), '', '', '')`);
    }
    for (const statement of [`UPDATE ${table} SET actor = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
      await expect(sql(statement)).rejects.toThrow('keeps what happened');
      for (const role of ['countersign_app', 'countersign_hot', 'countersign_worker']) {
        await expect(as(role, 'acme', statement)).rejects.toThrow(DENIED);
      }
    }
  });

  test('no column of what was asked or decided changes once a request is over, but its place in its history', async () => {
    const { rows } = await as('countersign_hot', null, `SELECT status FROM approval_requests WHERE id = $1`, [
      acme.requestId,
    ]);
    expect(rows).toEqual([{ status: 'approved' }]);
    const columns = await sql<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'approval_requests'`,
    );
    const open: string[] = [];
    for (const { name, type } of columns) {
      const other =
        type === 'text'
          ? `coalesce(${name}, '') || 'x'`
          : type === 'jsonb'
            ? `'{"x":1}'::jsonb`
            : type.startsWith('timestamp')
              ? `coalesce(${name}, now_ms()) - interval '1 day'`
              : `coalesce(${name}, 1) - 1`;
      const failed = await sql(`UPDATE approval_requests SET ${name} = ${other} WHERE id = $1`, [acme.requestId]).then(
        () => false,
        (error: unknown) => error instanceof pg.DatabaseError && error.code === 'CS001',
      );
      if (!failed) open.push(name);
    }
    expect(open.sort()).toEqual(['last_hash', 'seq', 'updated_at']);
  });
});
