import './no-eval';
import { z } from 'zod';

/** The largest life of a request: a year of 365 days. */
export const MAX_EXPIRES_IN_SECONDS = 31_536_000;

export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a slug of lower-case letters, digits, - and _, at most 63 characters')
  .meta({ description: 'A tenant’s slug', examples: ['acme'] });

/** An id as it appears in a path or body. Its form is checked by who looks it up: a malformed id is answered like a missing one. */
export const Id = z.string().min(1).max(128);

export const Timestamp = z.iso.datetime({ offset: true }).meta({ description: 'RFC 3339, UTC' });
export const NullableTimestamp = Timestamp.nullable();
export const Cents = z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'Money in integer cents' });
export const Level = z.int().min(1).max(5);
export const Name = z.string().trim().min(1).max(200);
/** A short machine name: a skill, an agent, a credential. */
export const Label = z.string().trim().min(1).max(200);
/** A flag's name, as rules write it: `flags.new_checkout`. */
export const FlagKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _, a letter first, at most 63 characters')
  .meta({ examples: ['new_checkout'] });
export const Prose = z.string().trim().min(1).max(4000);
export const JsonObject = z.record(z.string(), z.json());
export const Cursor = z.string().min(1).max(512).meta({ description: 'Opaque; from `next_cursor`' });
export const Limit = z.coerce.number().int().min(1).max(200).default(50);
/** A time in a query: an RFC 3339 date-time, or a date, which means its first instant in UTC. */
export const QueryTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
export const Reason = z.strictObject({ reason: Prose });
export const NoContent = z.void();

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
