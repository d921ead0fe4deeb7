import { describe, expect, test } from 'vitest';
import type { CostModelResource } from '@/lib/contracts';
import { describeRatioBar, placeOf, toRatioBars } from './cost-models-bars';
import { type ModelDraft, previewOf, readModelDraft, samplePayload, toModelDraft } from './cost-models-draft';
import { describeBand, describeDrift, describeLearning, describePrice, toModelBody } from './cost-models-words';

const MODEL: CostModelResource = {
  skill_id: 'research.summarise',
  version: 2,
  base_cents: 2,
  rates: [{ field: '/usage/tokens', cents_per_unit: '0.0003' }],
  description: null,
  created_at: '2026-01-01T00:00:00.000Z',
  created_by: 'usr_1',
  created_by_name: 'Ada',
  retired_at: null,
  outcomes: 41,
  spread: { p50: 1, p95: 1.2, confidence: 0.56 },
  drift: 1.07,
  distribution: [],
  auto_approval: {
    enabled: true,
    off_since: null,
    off_reason: null,
    trusted_at: null,
    trusted_by: null,
    trusted_by_name: null,
    trust_reason: null,
  },
};
const draft = (over: Partial<ModelDraft> = {}): ModelDraft => ({ ...toModelDraft(MODEL), ...over });
const rate = (field: string, centsPerUnit = '1', key = 0) => ({ key, field, centsPerUnit });

describe('a model as it is typed', () => {
  test('comes out as it went in', () => {
    expect(readModelDraft(draft())).toEqual({ body: toModelBody(MODEL) });
    expect(readModelDraft(draft({ skillId: ' x ', description: ' why ', baseCents: ' 7 ' }))).toMatchObject({
      body: { skill_id: 'x', description: 'why', base_cents: 7 },
    });
  });

  test('says what is wrong at the field that is', () => {
    const faults = (over: Partial<ModelDraft>) =>
      Object.keys((readModelDraft(draft(over)) as { faults: object }).faults);
    expect(faults({ skillId: ' ' })).toEqual(['skill_id']);
    for (const baseCents of ['', '-1', '1.5', '1e3', '9007199254740993'])
      expect(faults({ baseCents })).toEqual(['base_cents']);
    expect(faults({ rates: [rate('', 'x'), rate('/a~2', '-1', 1)] })).toEqual([
      'rates.0.field',
      'rates.0.cents_per_unit',
      'rates.1.field',
      'rates.1.cents_per_unit',
    ]);
    expect(faults({ rates: [rate('a'), rate(' a ', '2', 1)] })).toEqual(['rates.1.field']);
  });

  test('shows what a payload would cost, or why that is unknown', () => {
    expect(previewOf(draft({ sample: '{"usage":{"tokens":10001}}' }))).toEqual({ cents: 6 });
    expect(previewOf(draft({ sample: '{"usage":{"tokens":"10"}}' }))).toEqual({
      unknown: 'Unknown: the payload has no number of at least 0 at /usage/tokens.',
    });
    expect(previewOf(draft({ sample: '[1]' }))).toEqual({ unknown: 'The payload is not a JSON object.' });
    expect(previewOf(draft({ sample: '{' }))).toEqual({ unknown: 'The payload is not a JSON object.' });
    expect(previewOf(draft({ baseCents: '' }))).toMatchObject({ unknown: expect.stringMatching(/^Complete/) });
    expect(previewOf(draft({ skillId: '', rates: [], baseCents: '250' }))).toEqual({ cents: 250 });
    const most = String(Number.MAX_SAFE_INTEGER);
    expect(previewOf(draft({ baseCents: most, sample: '{"usage":{"tokens":1}}' }))).toMatchObject({
      unknown: expect.stringMatching(/more than can be said/),
    });
  });

  test('begins with a payload that has what the model reads', () => {
    const sample = samplePayload(['tokens', '/usage/pages', '/usage/a~1b', '__proto__'].map((field) => rate(field)));
    expect(sample).toBe('{"tokens":1000,"usage":{"pages":1000,"a/b":1000},"__proto__":1000}');
    expect(previewOf(draft({ sample: samplePayload([rate('/usage/tokens')]) }))).toEqual({ cents: 3 });
  });
});

describe('the distribution', () => {
  const bounds = [0.1, 0.5, 0.7, 0.75, 1, 1.05, 1.25, 1.3, 2, 10, null];
  const at = (...found: number[]) => bounds.map((up_to, index) => ({ up_to, outcomes: found.includes(index) ? 3 : 0 }));

  test('is cut to what is around exact and what anything is in', () => {
    const spans = (...found: number[]) => {
      const bars = toRatioBars(at(...found));
      return [bars[0]?.from, bars.at(-1)?.upTo];
    };
    expect(spans()).toEqual([0.7, 1.3]);
    expect(spans(4)).toEqual([0.7, 1.3]);
    expect(spans(0, 9)).toEqual([0, 10]);
    expect(spans(10)).toEqual([0.7, null]);
  });

  test('gives every bar a place, and finds that of a ratio', () => {
    const bars = toRatioBars(at(4));
    expect(bars.map((bar) => bar.at)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    expect(placeOf(bars, 0.875)).toBe(1.5);
    expect(placeOf(bars, 1)).toBe(2);
    expect(placeOf(bars, 1.3)).toBe(5);
    expect(placeOf(bars, 0.2)).toBeNull();
    expect(placeOf(toRatioBars(at(10)), 400)).toBe(7.5);
  });

  test('is told in words', () => {
    expect(describeRatioBar({ from: 1, upTo: 1.05 })).toBe('1.00 to 1.05');
    expect(describeRatioBar({ from: 10, upTo: null })).toBe('more than 10.00');
  });
});

test('a model is told in words', () => {
  expect(describePrice(MODEL)).toBe('0.02, and 0.0003 ct for each /usage/tokens');
  expect(describePrice({ base_cents: 0, rates: MODEL.rates })).toBe('0.0003 ct for each /usage/tokens');
  expect(describePrice({ base_cents: 0, rates: [] })).toBe('0.00');
  expect(describeBand(MODEL)).toBe('At most 1.00 times that half of the time, 1.20 times in 19 of 20');
  expect(describeBand({ ...MODEL, outcomes: 19 })).toBe('What the model says, at most 1.20 times that');
  expect(describeBand({ ...MODEL, outcomes: 0 })).toBe('What the model says, until outcomes are reported');
  expect(describeLearning(MODEL)).toBe('41 outcomes, confidence 0.56');
  expect(describeLearning({ ...MODEL, outcomes: 1 })).toMatch(/^1 outcome, .* from 20 on$/);
  expect(describeLearning({ ...MODEL, outcomes: 0 })).toMatch(/^Nothing is learnt yet/);
  expect(describeDrift(MODEL)).toBe('1.07 times, the median of the last 20 outcomes');
  expect(describeDrift({ drift: null, outcomes: 3 })).toBe('Measured from 20 outcomes on');
  expect(describeDrift({ drift: null, outcomes: 30 })).toBe('Measured anew on the next 20 outcomes');
});
