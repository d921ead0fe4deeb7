import { expect, test } from 'vitest';
import { toPgbench } from './pgbench';
import { findIds, renumber } from './renumbered';

const REQUEST = 'req_01M829BJHV21XEH2J62D45071E';
const EVENT = 'evt_01M829BJHV21XEH2J62D45071F';
const statements = [
  {
    role: 'countersign_hot',
    text: '\n  INSERT INTO t -- all of it\n  SELECT $1, $2, $3::jsonb, $4::int, $5, $6, $7',
    values: [REQUEST, EVENT, `{"request":"${REQUEST}","event":"${EVENT}"}`, 4, null, '', ['a', 'b"c']],
  },
];

test('ids become expressions of the round, everything else stays a parameter', () => {
  const { script, variables } = toPgbench(statements, 3);
  const request = "('req_' || lpad((:n)::text, 26, '0') || '')";
  const event = "('evt_' || lpad((:n)::text, 24, '0') || '31')";
  expect(script.split('\n')).toEqual([
    '\\set k :k + 1',
    '\\set n :client_id * 1000000000 + :k',
    'INSERT INTO t -- all of it',
    `  SELECT ${request}, ${event}, replace((replace((:v0_3)::text, '${REQUEST}', ${request}))::text, '${EVENT}', ${event})::jsonb, :v0_4::int, NULL, '', :v0_7;`,
    '',
  ]);
  expect(variables).toEqual({ v0_3: statements[0]?.values[2], v0_4: '4', v0_7: '{"a","b\\"c"}' });
});

test('the ids of a round are well-formed, the same for the request in every operation, and different for events', () => {
  const [create, decide] = [findIds(statements, 0), findIds(statements, 1)];
  const idOf = (ids: Map<string, string>, id: string, n: number) => renumber(id, ids.get(id) ?? '?', n);
  expect(idOf(create, REQUEST, 2_000_000_007)).toBe('req_00000000000000002000000007');
  expect(idOf(decide, REQUEST, 2_000_000_007)).toBe('req_00000000000000002000000007');
  expect(idOf(create, EVENT, 7)).toBe('evt_00000000000000000000000701');
  expect(idOf(decide, EVENT, 7)).toBe('evt_00000000000000000000000711');
});
