import { describe, expect, test } from 'vitest';
import { CreateEndpointBody, ENDPOINT_EVENT_TYPES, ListDeliveriesQuery } from '@/lib/contracts';
import { changesOf, readDraft, toDraft } from './webhooks-draft';
import { changeFilters, isFiltered, readFilters, readTab, toDeliveriesQuery, webhooksHref } from './webhooks-filters';
import {
  choiceOf,
  describeReach,
  describeRetries,
  formatSchedule,
  parseSchedule,
  RETRY_PRESETS,
} from './webhooks-retries';
import { fromChosen, isChosen, toChosen, withType } from './webhooks-types';
import { describeTypes, followMs, formatLatency, placeOf } from './webhooks-words';

describe('the retry schedule', () => {
  test('the form’s first choice is what the API does by itself, and it takes every offer', () => {
    const parse = (schedule?: readonly number[]) =>
      CreateEndpointBody.parse({ tenant_id: 'acme', url: 'https://a.example', retry_schedule_seconds: schedule })
        .retry_schedule_seconds;
    expect(parse()).toEqual(RETRY_PRESETS.short);
    expect(parse(RETRY_PRESETS.long)).toEqual(RETRY_PRESETS.long);
  });

  test('is read as people write it', () => {
    expect(parseSchedule('1, 5, 15')).toEqual({ seconds: [1, 5, 15] });
    expect(parseSchedule(' 30 s; 5min 2 H,24h ')).toEqual({ seconds: [30, 300, 7200, 86_400] });
  });

  test('that makes no sense is refused in words', () => {
    expect(parseSchedule(' , ')).toHaveProperty('fault');
    expect(parseSchedule('soon')).toEqual({ fault: '“soon” is not a wait. Write 30 s, 5 min or 2 h.' });
    for (const text of ['0', '25 h', '-1', '1.5', '2 d', '9'.repeat(30), '1 '.repeat(13)]) {
      expect(parseSchedule(text), text).toHaveProperty('fault');
    }
  });

  test('is said exactly, and read back from what was said', () => {
    for (const schedule of [...Object.values(RETRY_PRESETS), [90, 3601, 60]]) {
      expect(parseSchedule(formatSchedule(schedule))).toEqual({ seconds: schedule });
    }
    expect(describeRetries([1, 5, 15])).toBe('3 more times, after 1 s, 5 s and 15 s');
    expect(describeRetries([90])).toBe('Once more, after 90 s');
    expect([describeReach(RETRY_PRESETS.short), describeReach(RETRY_PRESETS.long)]).toEqual(['21 s', '3 days']);
    expect([choiceOf([1, 5, 15]), choiceOf(RETRY_PRESETS.long), choiceOf([1, 5])]).toEqual(['short', 'long', 'own']);
  });
});

describe('what the form of an endpoint says', () => {
  const endpoint = {
    url: 'https://a.example/hooks',
    description: null,
    event_types: ['approval.approved' as const],
    retry_schedule_seconds: [7, 90],
  };

  test('is what the endpoint has, and nothing is sent of what stayed', () => {
    expect(readDraft(toDraft(endpoint))).toEqual({ input: endpoint });
    expect(changesOf(endpoint, endpoint)).toEqual({});
    const draft = { ...toDraft(endpoint), description: ' Ledger ', retries: 'short' as const };
    const read = readDraft(draft);
    expect('input' in read && changesOf(endpoint, read.input)).toEqual({
      description: 'Ledger',
      retry_schedule_seconds: [1, 5, 15],
    });
  });

  test('starts with every event and the schedule that the API has by itself', () => {
    expect(readDraft({ ...toDraft(null), url: endpoint.url })).toEqual({
      input: { url: endpoint.url, description: null, event_types: [], retry_schedule_seconds: [1, 5, 15] },
    });
  });

  test('is refused by field where it makes no sense', () => {
    const read = readDraft({
      ...toDraft(null),
      url: 'https://a.example',
      types: new Set(),
      retries: 'own',
      own: 'soon',
    });
    expect('faults' in read && Object.keys(read.faults)).toEqual(['event_types', 'retry_schedule_seconds']);
  });
});

describe('the types an endpoint hears of', () => {
  test('all of them is an empty list for the API, and none is no list at all', () => {
    expect(fromChosen('every')).toEqual([]);
    expect(fromChosen(new Set())).toBeNull();
    expect(toChosen([])).toBe('every');
  });

  test('one taken out of everything leaves the others', () => {
    const chosen = withType('every', 'approval.commented', false);
    expect(ENDPOINT_EVENT_TYPES.filter((type) => !isChosen(chosen, type))).toEqual(['approval.commented']);
    expect(fromChosen(withType(chosen, 'approval.commented', true))).toEqual([...ENDPOINT_EVENT_TYPES]);
  });

  test('are said in words', () => {
    expect(describeTypes([])).toBe('Every event');
    expect(describeTypes(['approval.rejected', 'approval.approved'])).toBe('Approved or rejected');
    expect(describeTypes(['approval.expired'])).toBe('Expired');
  });
});

describe('the filters of the deliveries', () => {
  const read = (query: string) => readFilters(new URLSearchParams(query));
  const FULL = 'tab=deliveries&status=failed&status=dead&endpoint=whe_1&request=req_1';

  test('are in the address, and read back from it', () => {
    expect(webhooksHref('deliveries', read(FULL))).toBe(`/settings/webhooks?${FULL}`);
    expect(readTab(new URLSearchParams(FULL))).toBe('deliveries');
    expect(webhooksHref('endpoints', read(FULL))).toBe('/settings/webhooks');
  });

  test('that make no sense are left out', () => {
    expect(read('status=lost&endpoint=a%00b&request=%20')).toEqual({ status: [] });
    expect(readTab(new URLSearchParams('tab=else'))).toBe('endpoints');
    expect(isFiltered(changeFilters(read(FULL), { status: [], endpoint: undefined, request: undefined }))).toBe(false);
  });

  test('are words that the API takes', () => {
    expect(ListDeliveriesQuery.parse(toDeliveriesQuery(read(FULL), 'abc'))).toEqual({
      status: ['failed', 'dead'],
      endpoint_id: 'whe_1',
      request_id: 'req_1',
      cursor: 'abc',
      limit: 50,
    });
  });
});

test('the page looks again only while something is under way', () => {
  expect(followMs([{ status: 'delivered' }, { status: 'dead' }])).toBe(false);
  expect(followMs([{ status: 'failed' }, { status: 'dead' }])).toBe(5000);
  expect(followMs([{ status: 'failed' }, { status: 'pending' }])).toBe(2000);
});

test('a place is shown without credentials and query, a latency in its unit', () => {
  expect(placeOf('https://me:secret@acme.example:8443/hooks?token=1')).toBe('acme.example:8443/hooks');
  expect(placeOf('https://acme.example')).toBe('acme.example');
  expect([formatLatency(12), formatLatency(1400)]).toEqual(['12 ms', '1.4 s']);
});
