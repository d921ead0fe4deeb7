import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { checkConfigFile } from '@/lib/services/config';
import { type CallInput, call, withKey, withSession } from '@/lib/testing/calls';
import { fingerprint } from '@/lib/testing/fingerprint';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { getConfig, getConfigDrift, putConfig } from './handlers/config';
import { getMetrics } from './handlers/health';

const sql = testDatabase();
const YAML = { 'content-type': 'application/yaml' };

let serial = 0;
let tenant: string;
let key: TestKey;

beforeAll(async () => {
  vi.stubEnv('METRICS_TOKEN', 'a token for metrics');
  resetEnv();
});

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  key = await addKey(sql, tenant, ['policy:manage']);
});

const put = (body: unknown, { headers = YAML, ...over }: CallInput = {}) =>
  call(putConfig, { as: withKey(key), body, headers, ...over });
const get = () => call(getConfig, { as: withKey(key) });

describe('over HTTP', () => {
  test('a configuration goes in and comes out as YAML, with its version', async () => {
    const text = '# Mine.\nlevels:\n  - { level: 2 }\n';
    const applied = await put(text);
    expect(applied).toMatchObject({ status: 200, body: { tenant_id: tenant, sections: [{ section: 'levels' }] } });
    const said = await get();
    expect(said).toMatchObject({ status: 200, text });
    expect(said.headers.get('content-type')).toBe('application/yaml');
    expect(said.headers.get('etag')).toBe(applied.headers.get('etag'));
    expect(said.headers.get('cache-control')).toBe('no-store');
    const tag = said.headers.get('etag') ?? '';
    expect((await put('levels: []\n', { headers: { ...YAML, 'if-match': tag } })).status).toBe(200);
    expect((await put('levels: []\n', { headers: { ...YAML, 'if-match': tag } })).body.code).toBe('config/changed');
  });

  test('JSON says the same, and a session may send either', async () => {
    expect(await put({ levels: [{ level: 5 }] }, { headers: {} })).toMatchObject({ status: 200 });
    expect((await get()).text).toContain('level: 5');
    const as = await withSession(await addPerson(sql, tenant, 'admin'));
    expect((await put('levels: [{ level: 2 }]', { as })).status).toBe(200);
    expect((await put('levels: [{ level: 2 }]', { as, headers: { 'content-type': 'text/plain' } })).status).toBe(403);
    expect((await put('levels: []', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  test('a change that waits is named beside the request that was refused because of it', async () => {
    const flag = 'flags: [{ key: risky, enabled: true, requires_signoff: true }]\n';
    const asked = await put(flag);
    const { status, headers, body } = await put(flag.replace('signoff: true', 'signoff: false'));
    const [{ request_id: waiting }] = asked.body.pending as [{ request_id: string }];
    expect(body).toMatchObject({ code: 'flag/change-pending', flag: 'risky', pending_request_id: waiting });
    expect([status, body.request_id]).toEqual([409, headers.get('x-request-id')]);
  });

  test('a configuration of a thousand rules comes out as a document that goes in again', async () => {
    const rules = Array.from({ length: 1000 }, (_, n) => ({
      rule_id: `rule-${n}`,
      when: `request.skill_id == 'skill.${n}' && request.payload.amount_cents > ${n}`,
      effect: 'deny',
      reason: `More than ${n}`,
      examples: [
        { name: 'more', request: { skill_id: `skill.${n}`, payload: { amount_cents: n + 1 } }, expect: true },
        { name: 'less', request: { skill_id: `skill.${n}`, payload: { amount_cents: n } }, expect: false },
      ],
    }));
    const query = { reason: 'To begin with' };
    expect(await put({ policy_set: { rules } }, { headers: {}, query })).toMatchObject({ status: 200 });
    const { text } = await get();
    expect(Buffer.byteLength(text)).toBeGreaterThan(256 * 1024);
    const before = await fingerprint(sql, tenant);
    expect(await put(text, { query })).toMatchObject({ status: 200, body: { sections: [] } });
    expect(await fingerprint(sql, tenant)).toMatchObject({ ...before });
    // Anything else as large is refused before it is read.
    expect((await put(`levels: []\n${text.replaceAll(/^/gm, '# ')}`)).status).toBe(413);
  }, 120_000);

  test('every fault says its line and column, and nothing is applied', async () => {
    const { api_keys: _used, ...before } = await fingerprint(sql, tenant);
    const faults = async (text: string) => {
      const { status, body } = await put(text, { query: { reason: 'Try' } });
      return [status, ...(body.errors ?? [])];
    };
    expect(await faults('levels:\n  - level: 9\n    who: x\n')).toEqual([
      422,
      expect.objectContaining({ pointer: '/levels/0/level', line: 2, column: 12 }),
      expect.objectContaining({ pointer: '/levels/0/who', detail: 'Unknown field', line: 3, column: 10 }),
    ]);
    const rules = `levels: [{ level: 1 }]
policy_set:
  rules:
    - rule_id: one
      when: "true"
      effect: deny
      reason: Fine
    - rule_id: two
      when: request.skill >
      effect: deny
      reason: Broken
`;
    expect(await faults(rules)).toEqual([
      422,
      expect.objectContaining({
        pointer: '/policy_set/rules/1/when',
        line: 9,
        column: 13,
        position: expect.anything(),
      }),
    ]);
    expect(await faults('levels: [1\n')).toEqual([400, expect.objectContaining({ line: 2, column: 1 })]);
    expect(await faults(`levels: []\nflags: [{ key: "a\\0b" }]\n`)).toEqual([
      422,
      expect.objectContaining({ pointer: '/flags/0/key', line: 2 }),
    ]);
    expect(await faults('')).toEqual([422, expect.objectContaining({ pointer: '' })]);
    expect(await fingerprint(sql, tenant)).toMatchObject(before);
  });

  test('laughs, depths and sizes are refused before anything is made of them', async () => {
    const laughs = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let n = 1; n < 12; n++) laughs.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(8)}*a${n - 1}]`);
    expect(await put(laughs.join('\n'))).toMatchObject({ status: 422, body: { code: 'input/too-complex' } });
    expect(await put('levels: &l [*l]')).toMatchObject({ status: 422, body: { code: 'input/too-complex' } });
    expect(await put(`levels: ${'['.repeat(5000)}`)).toMatchObject({
      status: 422,
      body: { code: 'input/too-complex' },
    });
    expect((await put(`# ${'x'.repeat(256 * 1024)}`)).status).toBe(413);
  });

  test('another tenant’s is not named, read or written', async () => {
    const other = await addTenant(sql, `globex-${serial}`);
    expect((await put(`tenant_id: ${other}\nlevels: []\n`)).status).toBe(404);
    expect((await call(getConfig, { as: withKey(key), query: { tenant_id: other } })).status).toBe(404);
    expect((await call(getConfigDrift, { as: withKey(key), query: { tenant_id: other } })).status).toBe(404);
  });
});

describe('a file that the database is compared with', () => {
  const METRICS = { authorization: 'Bearer a token for metrics' };
  const metrics = async () =>
    (await call(getMetrics, { as: METRICS })).text.split('\n').filter((line) => /^countersign_config_/.test(line));
  const drift = async () => (await call(getConfigDrift, { as: withKey(key) })).body;
  const written = async (text: string, check: () => Promise<void>) => {
    const dir = await mkdtemp(path.join(tmpdir(), 'countersign-'));
    try {
      const file = path.join(dir, 'acme.yaml');
      await writeFile(file, text);
      vi.stubEnv('COUNTERSIGN_CONFIG_FILE', file);
      vi.stubEnv('COUNTERSIGN_TENANT', tenant);
      resetEnv();
      await checkConfigFile();
      await check();
    } finally {
      vi.stubEnv('COUNTERSIGN_CONFIG_FILE', '');
      resetEnv();
      await rm(dir, { recursive: true });
    }
  };

  test('that says what is so does not differ; then it does, where it does, and nothing is changed by looking', async () => {
    const text = 'levels: [{ level: 2 }]\nflags: [{ key: a, enabled: true }]\n';
    await put(text);
    await written(text, async () => {
      expect(await drift()).toMatchObject({ file: expect.stringContaining('acme.yaml'), fault: null, sections: [] });
      expect(await metrics()).toContain(`countersign_config_drift{tenant="${tenant}",section="levels"} 0`);
    });
    await put('levels: [{ level: 4 }]\nflags: [{ key: a, enabled: true }, { key: b }]\n');
    await written(text, async () => {
      expect(await drift()).toMatchObject({
        sections: [
          { section: 'levels', differences: 1, paths: ['/levels/everything/level'] },
          { section: 'flags', differences: 1, paths: ['/flags/production~1b'] },
        ],
      });
      expect(await metrics()).toEqual(
        expect.arrayContaining([
          `countersign_config_drift{tenant="${tenant}",section="levels"} 1`,
          `countersign_config_drift{tenant="${tenant}",section="policy_set"} 0`,
          `countersign_config_file_faulty{tenant="${tenant}"} 0`,
        ]),
      );
    });
    expect((await get()).text).toContain('level: 4');
  });

  test('that cannot be read, or says nothing sensible, says so; without a file nothing is compared', async () => {
    await written('levels: [{ level: 9 }]\n', async () => {
      expect((await drift()).fault).toMatch(/^It is not a configuration: \/levels\/0\/level/);
      expect(await metrics()).toEqual([`countersign_config_file_faulty{tenant="${tenant}"} 1`]);
    });
    await written('tenant_id: nobody-here\nlevels: []\n', async () => {
      expect(await drift()).toMatchObject({ fault: expect.stringContaining('nobody-here'), sections: [] });
      expect(await metrics()).toEqual([`countersign_config_file_faulty{tenant="${tenant}"} 1`]);
    });
    await written('levels: [', async () => expect((await drift()).fault).toMatch(/^Line 1/));
    await checkConfigFile();
    expect(await drift()).toMatchObject({ file: null, checked_at: null, fault: null, sections: [] });
    expect(await metrics()).toEqual([]);
  });
});
