import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ExportedEvent } from '@/lib/contracts';
import { CHAIN_START, canonicalJson, chainInput } from '@/lib/domain/audit';
import { verifyLines } from './verify-lines';

const sha256Hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** An honest history of so many events, as the export writes it. */
function aHistory(requestId: string, length: number): ExportedEvent[] {
  const events: ExportedEvent[] = [];
  let prevHash = CHAIN_START;
  for (let seq = 1; seq <= length; seq++) {
    const signed = {
      event_id: `evt_${requestId}_${seq}`,
      tenant_id: 'acme',
      seq,
      type: seq === 1 ? ('approval.created' as const) : ('approval.commented' as const),
      version: 1,
      from_status: seq === 1 ? null : ('pending' as const),
      to_status: 'pending' as const,
      actor: 'usr_ada',
      actor_type: 'session' as const,
      actor_id: 'usr_ada',
      actor_name: 'Ada',
      reason: seq === 1 ? null : `comment ${seq}`,
      data: { n: seq },
    };
    const timestamp = `2026-01-14T12:00:0${seq}.000Z`;
    const canonical = canonicalJson({ ...signed, subject_id: requestId, subject_kind: 'request', trace_id: null });
    const hash = sha256Hex(chainInput(prevHash, canonical, timestamp));
    events.push({
      ...signed,
      request_id: requestId,
      correlation_id: 'c',
      title: 'A title',
      timestamp,
      canonical,
      prev_hash: prevHash,
      hash,
      cursor: `cursor-${seq}`,
    });
    prevHash = hash;
  }
  return events;
}

async function verify(events: readonly object[]) {
  return verifyLines(
    (async function* () {
      for (const event of events) yield JSON.stringify(event);
    })(),
  );
}

const one = aHistory('req_1', 3);
const two = aHistory('req_2', 2);
/** As the feed has them: histories of several requests, mixed. */
const mixed = [one[0], two[0], one[1], two[1], one[2]].filter((event) => event !== undefined);
const edited = (at: number, over: Partial<ExportedEvent>) =>
  mixed.map((event, i) => (i === at ? { ...event, ...over } : event));

test('an export that nobody touched verifies', async () =>
  expect(await verify(mixed)).toEqual({ ok: true, requests: 2, runs: 0, events: 5, problems: [] }));
test('an empty one too', async () =>
  expect(await verify([])).toEqual({ ok: true, requests: 0, runs: 0, events: 0, problems: [] }));
test('fields that a later version adds are no fault', async () =>
  expect((await verify(mixed.map((event) => ({ ...event, colour: 'red' })))).ok).toBe(true));

describe('it says where', () => {
  test('a field was edited, though the chain is whole', async () =>
    expect((await verify(edited(2, { reason: 'I agree', actor_name: 'Eve' }))).problems).toEqual([
      { line: 3, request_id: 'req_1', seq: 2, problem: 'says something else than what was signed: actor_name, reason' },
    ]));

  test.each([
    'event_id',
    'tenant_id',
    'type',
    'version',
    'from_status',
    'to_status',
    'actor',
    'actor_type',
    'actor_id',
    'data',
  ] as const)('no field is free: %s', async (field) => {
    const forged = edited(2, { [field]: field === 'data' ? { level: 5 } : field === 'version' ? 9 : 'x' });
    const { ok, problems } = await verify(forged);
    expect(ok).toBe(false);
    expect(problems[0]?.problem).toContain(field);
  });

  test('the signed text was edited too', async () => {
    const canonical = (mixed[2]?.canonical ?? '').replace('comment 2', 'comment 9');
    expect((await verify(edited(2, { canonical, reason: 'comment 9' }))).problems).toEqual([
      { line: 3, request_id: 'req_1', seq: 2, problem: 'was changed after it was written' },
    ]);
  });

  test('a time was moved', async () =>
    expect((await verify(edited(4, { timestamp: '2025-01-01T00:00:00.000Z' }))).problems).toMatchObject([
      { line: 5, problem: 'was changed after it was written' },
    ]));

  test('a line was taken out', async () =>
    expect((await verify(mixed.filter((_, i) => i !== 2))).problems).toEqual([
      { line: 4, request_id: 'req_1', seq: 2, problem: 'event 2 is missing' },
    ]));

  test('the beginning was taken out', async () =>
    expect((await verify(mixed.slice(1))).problems).toMatchObject([{ line: 2, problem: 'event 1 is missing' }]));

  test('a line was put into another request', async () =>
    expect((await verify(edited(3, { request_id: 'req_1' }))).problems.map(({ problem }) => problem)).toContain(
      'says something else than what was signed: subject_id',
    ));

  test('a line is none', async () => {
    const lines = verifyLines(
      (async function* () {
        yield 'not JSON';
        yield '{"request_id":"req_1"}';
      })(),
    );
    expect((await lines).problems.map(({ line }) => line)).toEqual([1, 2]);
  });
});
