import { describe, expect, test } from 'vitest';
import type { MeResource } from '@/lib/contracts';
import { describeInput, describeOutput } from '@/lib/openapi';
import { TOOLS } from './tools';

const SERVICE = { member_id: null, role: null, level: 0 } as const;
const PERSON = { member_id: 'mem_1', role: 'operator', level: 3 } as const;

function aKey(over: Pick<MeResource, 'member_id' | 'role' | 'level'>, scopes: MeResource['scopes']): MeResource {
  return { id: 'x', name: 'x', email: null, tenant_id: 'acme', via: 'api_key', scopes, ...over };
}

const KEYS = {
  asks: aKey(SERVICE, ['requests:create']),
  reads: aKey(SERVICE, ['requests:read', 'policy:evaluate']),
  service: aKey(SERVICE, ['policy:evaluate', 'requests:create', 'requests:read', 'requests:decide']),
  person: aKey(PERSON, ['requests:read', 'requests:decide']),
  viewer: aKey({ member_id: 'mem_2', role: 'viewer', level: 0 }, ['requests:read', 'requests:decide']),
};

// The guarantee: a key without a person behind it is never shown that something could be decided.
test('each kind of key is shown exactly these tools', () => {
  const row = (first: string, cells: string[]) =>
    `\n${[first.padEnd(19), ...cells.map((cell) => cell.padEnd(8))].join('').trimEnd()}`;
  const drawn = [
    row('', Object.keys(KEYS)),
    ...TOOLS.map(({ name, offered }) =>
      row(
        name,
        Object.values(KEYS).map((key) => (offered(key) ? '+' : '.')),
      ),
    ),
  ].join('');
  expect(drawn).toBe(`
                   asks    reads   service person  viewer
evaluate_policy    .       +       +       .       .
request_approval   +       .       +       .       .
wait_for_decision  .       +       +       +       +
list_requests      .       +       +       +       +
get_request        .       +       +       +       +
cancel_request     +       .       +       .       .
report_outcome     +       .       +       .       .
approve_request    .       .       .       +       .
reject_request     .       .       .       +       .`);
});

describe('what a model reads', () => {
  test('every field that is not plain by its name is explained, and nothing else is accepted', () => {
    for (const { name, input } of TOOLS) {
      const { type, additionalProperties } = describeInput(input);
      expect([name, type, additionalProperties]).toEqual([name, 'object', false]);
    }
  });

  test('the whole list stays small: it is paid for in every conversation', () => {
    const inputs = TOOLS.map(({ name, description, input }) => ({ name, description, schema: describeInput(input) }));
    expect(JSON.stringify(inputs).length).toBeLessThan(12_000);
    const outputs = TOOLS.map(({ output }) => describeOutput(output));
    expect(JSON.stringify(outputs).length).toBeLessThan(24_000);
  });

  test('what changes nothing says so, and what decides or takes back says that it cannot be undone', () => {
    const hinted = (hint: 'readOnlyHint' | 'destructiveHint') =>
      TOOLS.filter(({ annotations }) => annotations[hint]).map(({ name }) => name);
    expect(hinted('readOnlyHint')).toEqual(['evaluate_policy', 'wait_for_decision', 'list_requests', 'get_request']);
    expect(hinted('destructiveHint')).toEqual(['cancel_request', 'approve_request', 'reject_request']);
  });

  test('no tool takes a secret', () => {
    for (const { name, input } of TOOLS)
      expect([name, JSON.stringify(describeInput(input))]).toEqual([name, expect.not.stringContaining('secret')]);
  });
});
