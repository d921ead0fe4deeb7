import type { z } from 'zod';
import type { Permission } from '@/lib/domain/access';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: a permission, anybody who is signed in or has a key, or anybody at all. */
export type OperationAccess = Permission | 'authenticated' | 'public';

/** What an operation answers with. `json` is validated against `response`; the others stream text. */
export type ResponseKind = 'json' | 'csv' | 'jsonl' | 'event-stream' | 'text' | 'yaml';

/** How large a body may be. `keys` counts the members of objects and the items of lists, at every depth. */
export interface BodyLimits {
  bytes: number;
  keys: number;
}

/** Far above what most operations are honestly sent, far below what hurts. */
export const USUAL_BODY_LIMITS: BodyLimits = { bytes: 256 * 1024, keys: 2000 };
/** For each of a thousand rules, with its examples, fifty members and two thousand characters; for the longest list of a configuration too. */
export const RULES_BODY_LIMITS: BodyLimits = { bytes: 2 * 1024 * 1024, keys: 50_000 };

/**
 * One row of the HTTP surface. Routes, OpenAPI, the typed client and the authorization matrix are derived from it.
 * `{name}` in the path is a parameter.
 */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  id: string;
  method: Method;
  path: string;
  access: OperationAccess;
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** What a body should be, where `body` lets more through because the service names every fault of it at once. */
  bodyShape?: z.ZodType;
  /** `yaml`: the body may also be a YAML document that says the same. */
  bodyKind?: 'json' | 'yaml';
  /** How large the body may be as JSON; `USUAL_BODY_LIMITS` unless said. */
  bodyLimits?: BodyLimits;
  response: Response;
  /** The status of success; 200 unless said. 204 has no body. */
  status?: number;
  responseKind?: ResponseKind;
  /** Whether `Accept: application/yaml` gets the same as YAML. */
  alsoYaml?: boolean;
  /** Whether the answer has an `ETag` though nothing here takes it. */
  tagged?: boolean;
  /**
   * Where what was made can be read, for `Location`: the path of a GET, with members of the answer as its parameters. Without it there
   * is no such address.
   */
  location?: string;
  /** Whether `Idempotency-Key` is honoured: every POST that has an effect. */
  idempotent?: boolean;
  /** Whether `If-Match` is honoured, or must be there. */
  ifMatch?: 'optional' | 'required';
  /** A body that works, shown in the document and tried by the tests. */
  example?: z.input<Body>;
}

/** Types a row without widening it. */
export function defineOperation<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
>(operation: Operation<Params, Query, Body, Response>): Operation<Params, Query, Body, Response> {
  return operation;
}

export type ParamsOf<O> = O extends Operation<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type QueryOf<O> = O extends Operation<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type BodyOf<O> = O extends Operation<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type BodyInputOf<O> = O extends Operation<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.input<B> : never;
export type QueryInputOf<O> = O extends Operation<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.input<Q> : never;
export type ResponseOf<O> = O extends Operation<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
