import { ENDPOINT_EVENT_TYPES, type EndpointEventType } from '@/lib/contracts';

/** What an endpoint hears of: everything, types that do not exist yet included, or just these. */
export type ChosenTypes = 'every' | ReadonlySet<EndpointEventType>;

/** As the API says it: an empty list stands for every type. */
export function toChosen(types: readonly EndpointEventType[]): ChosenTypes {
  return types.length === 0 ? 'every' : new Set(types);
}

/** The list for the API, in the order of a request's life; null where nothing is chosen, because an empty list would mean everything. */
export function fromChosen(chosen: ChosenTypes): EndpointEventType[] | null {
  if (chosen === 'every') return [];
  return chosen.size === 0 ? null : ENDPOINT_EVENT_TYPES.filter((type) => chosen.has(type));
}

/** Whether a type is among the chosen ones. */
export function isChosen(chosen: ChosenTypes, type: EndpointEventType): boolean {
  return chosen === 'every' || chosen.has(type);
}

/** The choice with one type put in or taken out. */
export function withType(chosen: ChosenTypes, type: EndpointEventType, wanted: boolean): ChosenTypes {
  const next = new Set(ENDPOINT_EVENT_TYPES.filter((other) => isChosen(chosen, other)));
  if (wanted) next.add(type);
  else next.delete(type);
  return next;
}
