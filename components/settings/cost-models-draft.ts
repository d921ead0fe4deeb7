import { missingFields } from '@/components/ui/form-problem';
import type { CostModelBody, CostModelResource } from '@/lib/contracts';
import { isField, MAX_RATE_DECIMALS, modelCents, readDecimal, readField } from '@/lib/domain/policy';

/** A rate as it is typed; `key` stays with its row while others come and go. */
export interface RateDraft {
  key: number;
  field: string;
  centsPerUnit: string;
}

/** A model as it is typed. */
export interface ModelDraft {
  skillId: string;
  baseCents: string;
  description: string;
  rates: RateDraft[];
  /** A payload to try it on, as JSON. */
  sample: string;
}

/** The form for a model, or for a new one. */
export function toModelDraft(model: CostModelResource | null): ModelDraft {
  const rates = model?.rates ?? [];
  return {
    skillId: model?.skill_id ?? '',
    baseCents: model === null ? '0' : String(model.base_cents),
    description: model?.description ?? '',
    rates: rates.map((rate, key) => ({ key, field: rate.field, centsPerUnit: rate.cents_per_unit })),
    sample: '',
  };
}

/** What is sent, or what is wrong, by the field that shows it: `rates.1.field` is the second rate's field. */
export function readModelDraft(draft: ModelDraft): { body: CostModelBody } | { faults: Record<string, string> } {
  const baseCents = readCents(draft.baseCents);
  const faults = {
    ...missingFields({ skill_id: draft.skillId }),
    ...(baseCents === null ? { base_cents: 'Whole cents, at least 0.' } : {}),
    ...rateFaults(draft.rates),
  };
  if (baseCents === null || Object.keys(faults).length > 0) return { faults };
  const description = draft.description.trim();
  return {
    body: {
      skill_id: draft.skillId.trim(),
      base_cents: baseCents,
      rates: draft.rates.map((rate) => ({ field: rate.field.trim(), cents_per_unit: rate.centsPerUnit.trim() })),
      description: description === '' ? null : description,
    },
  };
}

/** What a payload would cost by what is typed, or why that cannot be said. */
export type Preview = { cents: number } | { unknown: string };

/** What the sample would cost by the draft as it stands. */
export function previewOf(draft: ModelDraft): Preview {
  const read = readModelDraft({ ...draft, skillId: draft.skillId.trim() || 'preview' });
  if ('faults' in read) return { unknown: 'Complete the model to see what a request would cost.' };
  const payload = readSample(draft.sample);
  if (payload === null) return { unknown: 'The payload is not a JSON object.' };
  const { base_cents: baseCents, rates } = read.body;
  const missing = rates.filter(({ field }) => !isCount(readField(payload, field))).map(({ field }) => field);
  if (missing.length > 0)
    return { unknown: `Unknown: the payload has no number of at least 0 at ${missing.join(', ')}.` };
  const asRates = rates.map((rate) => ({ field: rate.field, centsPerUnit: rate.cents_per_unit }));
  const cents = modelCents({ baseCents, rates: asRates }, payload);
  return cents === null ? { unknown: 'Unknown: it is more than can be said.' } : { cents };
}

/** A payload that has every field of the rates, with a thousand of each. */
export function samplePayload(rates: readonly Pick<RateDraft, 'field'>[]): string {
  const payload: Record<string, unknown> = {};
  for (const { field } of rates) {
    const names = field.startsWith('/') ? field.slice(1).split('/') : [field];
    let at = payload;
    for (const [depth, name] of names.entries()) {
      const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
      if (depth === names.length - 1)
        Object.defineProperty(at, key, { value: 1000, enumerable: true, configurable: true });
      else at = child(at, key);
    }
  }
  return JSON.stringify(payload);
}

function child(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const there = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (typeof there === 'object' && there !== null) return there as Record<string, unknown>;
  const made: Record<string, unknown> = {};
  Object.defineProperty(parent, key, { value: made, enumerable: true, configurable: true });
  return made;
}

function rateFaults(rates: readonly RateDraft[]): Record<string, string> {
  const faults: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [index, rate] of rates.entries()) {
    const field = rate.field.trim();
    if (!isField(field)) faults[`rates.${index}.field`] = 'A name, or a pointer such as /usage/tokens.';
    else if (seen.has(field)) faults[`rates.${index}.field`] = 'Another rate reads this field.';
    seen.add(field);
    if (readDecimal(rate.centsPerUnit.trim(), MAX_RATE_DECIMALS) === null)
      faults[`rates.${index}.cents_per_unit`] = `A number such as 0.0003, with at most ${MAX_RATE_DECIMALS} decimals.`;
  }
  return faults;
}

function readCents(text: string): number | null {
  const cents = /^\d+$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return Number.isSafeInteger(cents) ? cents : null;
}

function readSample(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
