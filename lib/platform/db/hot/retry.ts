import { isRetryable, toDatabaseFault } from '../errors';

const MAX_ATTEMPTS = 4;

/** Runs a statement again after a deadlock or serialization failure, which did nothing; a few times, then the fault is the caller's. */
export async function withRetries<T>(statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement();
    } catch (error) {
      const fault = toDatabaseFault(error);
      if (fault === null || !isRetryable(fault) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
