import { missingFields } from '@/components/ui/form-problem';
import type { CreateEndpointBody, EndpointResource } from '@/lib/contracts';
import { choiceOf, formatSchedule, parseSchedule, RETRY_PRESETS, type RetryChoice } from './webhooks-retries';
import { type ChosenTypes, fromChosen, toChosen } from './webhooks-types';

/** An endpoint as its form holds it. */
export interface EndpointDraft {
  url: string;
  description: string;
  types: ChosenTypes;
  retries: RetryChoice;
  /** What is typed where the schedule is their own. */
  own: string;
}

type Editable = Pick<EndpointResource, 'url' | 'description' | 'event_types' | 'retry_schedule_seconds'>;

/** What the form sends. */
export type EndpointInput = Pick<CreateEndpointBody, 'url' | 'event_types' | 'retry_schedule_seconds'> & {
  description: string | null;
};

/** The form of an endpoint, or of a new one: every event, and the schedule that the API has by itself. */
export function toDraft(endpoint: Editable | null): EndpointDraft {
  const schedule = endpoint?.retry_schedule_seconds ?? RETRY_PRESETS.short;
  return {
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    types: toChosen(endpoint?.event_types ?? []),
    retries: choiceOf(schedule),
    own: formatSchedule(schedule),
  };
}

/** What the form says, or what is wrong with it, by the API's name of the field. */
export function readDraft(draft: EndpointDraft): { input: EndpointInput } | { faults: Record<string, string> } {
  const types = fromChosen(draft.types);
  const schedule = draft.retries === 'own' ? parseSchedule(draft.own) : { seconds: [...RETRY_PRESETS[draft.retries]] };
  const missing = missingFields({ url: draft.url });
  if (types === null || 'fault' in schedule || 'url' in missing) {
    return {
      faults: {
        ...missing,
        ...(types === null ? { event_types: 'Choose at least one.' } : {}),
        ...('fault' in schedule ? { retry_schedule_seconds: schedule.fault } : {}),
      },
    };
  }
  return {
    input: {
      url: draft.url.trim(),
      description: draft.description.trim() || null,
      event_types: types,
      retry_schedule_seconds: schedule.seconds,
    },
  };
}

/** What differs from the endpoint: only that is sent, so that what somebody else has changed meanwhile stays. */
export function changesOf(endpoint: Editable, input: EndpointInput): Partial<EndpointInput> {
  const differs = (name: keyof EndpointInput) => JSON.stringify(endpoint[name]) !== JSON.stringify(input[name]);
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => differs(name as keyof EndpointInput)),
  ) as Partial<EndpointInput>;
}
