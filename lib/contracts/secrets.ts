import { z } from 'zod';
import { ALLOWED_HOST, SECRET_NAME } from '../domain/run';
import { defineOperation } from './operation';
import { Id, NoContent, TenantId, Timestamp } from './scalars';

export const SecretName = z
  .string()
  .regex(SECRET_NAME, 'letters, digits, _ and -, a letter first, at most 64 characters')
  .meta({ examples: ['CRM_TOKEN'] });

/** A secret as it is shown: never its value. */
export const SecretResource = z.object({
  tenant_id: TenantId,
  name: z.string(),
  fingerprint: z.string().meta({ description: 'SHA-256 of the value, in hex' }),
  version: z.int(),
  allowed_hosts: z.array(z.string()),
  used_by: z.array(z.string()).meta({
    description: 'The definitions whose newest version refers to it, by name; runs under way may have an older one',
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
  updated_by: z.string(),
  updated_by_name: z.string(),
});
export type SecretResource = z.output<typeof SecretResource>;

const base = { access: 'policy:manage', tag: 'Runs' } as const;
const Path = z.strictObject({ name: Id });
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const listSecrets = defineOperation({
  ...base,
  id: 'listSecrets',
  method: 'GET',
  path: '/api/v1/secrets',
  summary: 'List the secrets that tasks may send: names and fingerprints, never values',
  query: TenantQuery,
  response: z.object({ tenant_id: TenantId, secrets: z.array(SecretResource) }),
});

export const PutSecretBody = z.strictObject({
  value: z.string().min(8).max(8192).nullish().meta({
    description: 'Left out, it stays what it is; then the hosts may only become fewer',
  }),
  allowed_hosts: z
    .array(
      z
        .string()
        .max(260)
        .toLowerCase()
        .regex(ALLOWED_HOST, 'a host such as api.example.com, *.example.com or api.example.com:8443'),
    )
    .min(1)
    .max(20)
    .meta({ description: 'The hosts that it may be sent to; with a port where it is not the usual one' }),
});
export type PutSecretBody = z.output<typeof PutSecretBody>;

export const putSecret = defineOperation({
  ...base,
  id: 'putSecret',
  method: 'PUT',
  path: '/api/v1/secrets/{name}',
  summary: 'Store a secret, or replace its value; nobody can read it back',
  description:
    'Without `value` only the hosts change, and only to what they cover already: where a value may go, says who has it. Tasks of the workflow `http` refer to it as `{"$secret": "<name>"}`. It is opened only to be sent, only to the hosts that it names, ' +
    'and taken out of whatever comes back.',
  params: z.strictObject({ name: SecretName }),
  query: TenantQuery,
  body: PutSecretBody,
  response: SecretResource,
  example: { value: 'a value of eight characters or more', allowed_hosts: ['api.example.com'] },
});

export const deleteSecret = defineOperation({
  ...base,
  id: 'deleteSecret',
  method: 'DELETE',
  path: '/api/v1/secrets/{name}',
  summary: 'Remove a secret; tasks that refer to it fail from now on',
  params: Path,
  query: TenantQuery,
  response: NoContent,
  status: 204,
});
