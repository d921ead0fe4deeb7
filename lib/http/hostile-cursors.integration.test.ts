import { beforeAll, describe, expect, test } from 'vitest';
import { type OperationId, operations } from '@/lib/contracts';
import { formatId, type IdKind } from '@/lib/domain/ids';
import { type Caller, readAnswer, toRequest, withKey, withSession } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { api } from './api';

const sql = testDatabase();
let owner: Caller;
let bootstrap: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  owner = await withSession(await addPerson(sql, 'acme', 'owner'));
  bootstrap = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { allTenants: true }));
});

const WHEN = '2026-01-01T00:00:00.000Z';
/** Times that a schema may take for times, and PostgreSQL or JavaScript may not. */
const NO_TIMES = [
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00.000Z',
  '0000-12-31T23:59:59.999Z',
  '-000001-01-01T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T00:00:60.000Z',
  'infinity',
  'now',
  '',
  '2026-01-01T00:00:00.000Z\u0000',
  0,
  null,
];
const NO_IDS = (good: string) => [
  'a\u0000b',
  `${good}\u0000`,
  good.slice(0, -1),
  `${good.slice(0, -1)}\uD800`,
  `${good}0`,
  'x'.repeat(100),
  '',
  "' OR true --",
  1,
  null,
  [good],
];
const NO_XIDS = [
  '-1',
  '09',
  '0x1f',
  '1e3',
  '18446744073709551616',
  '99999999999999999999',
  ' 1',
  '1\u0000',
  '',
  1,
  null,
];
const NO_SEQS = [-1, 1.5, 2 ** 31, 1e308, '1', null];

const goodId = (kind: IdKind) => formatId(kind, Date.parse(WHEN), new Uint8Array(10));

/** A list's cursor as it gives it out, made with one part or another that it never gives out. */
interface HostileList {
  id: OperationId;
  query?: Record<string, string>;
  params?: Record<string, string>;
  good: unknown;
  bad: unknown[];
}

function timeAndId(id: OperationId, kind: IdKind): HostileList {
  const good = goodId(kind);
  const bad = [
    ...NO_TIMES.map((at) => [at, good]),
    ...NO_IDS(good).map((id) => [WHEN, id]),
    [WHEN, good, good],
    [WHEN],
  ];
  return { id, good: [WHEN, good], bad };
}

const request = goodId('request');
/** A place in the feed, which the list of events gives out and the export of lines as well. */
const feed = (id: OperationId): HostileList => ({
  id,
  good: ['1', request, 1],
  bad: [
    ...NO_XIDS.map((xid) => [xid, request, 1]),
    ...NO_SEQS.map((seq) => ['1', request, seq]),
    ['1', 'a\u0000b', 1],
    ['1', `${request}\u0000`, 1],
    ['1', 'x'.repeat(100), 1],
  ],
});
const LISTS: HostileList[] = [
  { id: 'listTenants', good: 'zzz', bad: ['a\u0000b', 'acme\u0000', 'ACME', 'x'.repeat(100), '', 1, ['acme']] },
  ...(['-created_at', 'created_at', 'expires_at', '-resolved_at'] as const).map((sort) => ({
    id: 'listRequests' as const,
    query: { sort },
    good: { at: WHEN, id: request },
    bad: [
      ...NO_TIMES.map((at) => ({ at, id: request })),
      ...NO_IDS(request).map((id) => ({ at: WHEN, id })),
      { at: WHEN, id: request, more: true },
      { at: WHEN },
    ],
  })),
  {
    id: 'listPolicySets',
    good: '7',
    bad: ['0', '-1', '1e3', '07', '9'.repeat(19), '1\u0000', '', 7, null, ['7']],
  },
  {
    id: 'listCostVersions',
    params: { skill_id: 'payments.transfer' },
    good: 7,
    bad: [0, -1, 1.5, 2 ** 31, 1e308, '7', '1\u0000', '', null, [7]],
  },
  {
    id: 'listDags',
    good: 'weekly_ops_chain',
    bad: ['', ' ', 'a b', 'a\u0000b', '../x', 'lint', 'x'.repeat(101), 7, null, ['weekly_ops_chain']],
  },
  {
    id: 'listDagVersions',
    params: { name: 'weekly_ops_chain' },
    good: 7,
    bad: [0, -1, 1.5, 2 ** 31, 1e308, '7', '1\u0000', '', null, [7]],
  },
  timeAndId('listEvaluations', 'evaluation'),
  timeAndId('listReplays', 'replay'),
  timeAndId('listRuns', 'run'),
  {
    id: 'listCheckpoints',
    good: { at: WHEN, id: request },
    bad: [
      ...NO_TIMES.map((at) => ({ at, id: request })),
      ...NO_IDS(request).map((id) => ({ at: WHEN, id })),
      { at: WHEN },
    ],
  },
  timeAndId('listMembers', 'member'),
  timeAndId('listKeys', 'key'),
  timeAndId('listEndpoints', 'endpoint'),
  timeAndId('listDeliveries', 'delivery'),
  feed('listEvents'),
  feed('exportEventsJsonl'),
  feed('exportCheckpoints'),
  feed('exportRunState'),
  feed('exportRunEvents'),
  {
    id: 'listEvents',
    query: { order: 'desc' },
    good: { before: [WHEN, request, 1] },
    bad: [
      ...NO_TIMES.map((at) => ({ before: [at, request, 1] })),
      ...NO_SEQS.map((seq) => ({ before: [WHEN, request, seq] })),
      { before: [WHEN, 'a\u0000b', 1] },
    ],
  },
];
const NO_CURSORS = [
  '%',
  'AAAA',
  'bnVsbA',
  'e30',
  'W10',
  'eyJhdCI6',
  Buffer.from('[["[[', 'utf8').toString('base64url'),
];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

describe.each(LISTS)('$id $query', ({ id, query = {}, params = {}, good, bad }) => {
  const ask = async (cursor: string) =>
    readAnswer(
      await api(
        toRequest(operations[id], {
          as: id === 'listTenants' ? bootstrap : owner,
          params,
          query: { ...query, cursor },
        }),
      ),
    );

  test('takes its own cursor', async () => {
    expect(await ask(encode(good))).toMatchObject({ status: 200 });
  });

  test('says of every other that it is not one of this list, and never that it failed', async () => {
    const answers = new Map<string, unknown>();
    for (const cursor of [...bad.map(encode), ...NO_CURSORS]) {
      const { status, body } = await ask(cursor);
      answers.set(Buffer.from(cursor, 'base64url').toString(), [status, body.errors?.[0]?.pointer]);
    }
    for (const [cursor, answer] of answers) expect([cursor, answer]).toEqual([cursor, [422, '?cursor']]);
  });
});
