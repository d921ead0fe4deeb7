import { nowMs } from '../clock';
import { perProcess } from '../process-wide';

const MAX_ENTRIES = 10_000;

interface Entry<T> {
  value: Promise<T | null>;
  untilMs: number;
}

/** Answers of one question, remembered for a few seconds. */
export interface Recent<T> {
  /** The remembered answer, or `ask`'s. Callers at the same moment share one question; null and failures are not remembered. */
  get: (key: string, ask: () => Promise<T | null>) => Promise<T | null>;
  /** Forgets one answer, or all. */
  forget: (key?: string) => void;
}

/**
 * A bounded memory of what authentication has just looked up, one per process and name. Forgetting also drops answers that are still on
 * their way, so nothing that was read before a change is remembered after it.
 */
export function recent<T>(name: string, livesMs: number): Recent<T> {
  return perProcess(`recent.${name}`, () => {
    const entries = new Map<string, Entry<T>>();
    const drop = (key: string, entry: Entry<T>): void => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    const get = (key: string, ask: () => Promise<T | null>): Promise<T | null> => {
      const known = entries.get(key);
      if (known !== undefined && known.untilMs > nowMs()) return known.value;
      const entry: Entry<T> = { value: ask(), untilMs: nowMs() + livesMs };
      entries.delete(key);
      entries.set(key, entry);
      entry.value.then(
        (answer) => answer === null && drop(key, entry),
        () => drop(key, entry),
      );
      const oldest = entries.size > MAX_ENTRIES ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      return entry.value;
    };
    const forget = (key?: string): void => {
      if (key === undefined) entries.clear();
      else entries.delete(key);
    };
    return { get, forget };
  });
}
