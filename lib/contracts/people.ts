import { z } from 'zod';
import { PERMISSIONS, ROLES, SCOPES } from '@/lib/domain/access';
import { defineOperation } from './operation';
import { Cursor, Id, Limit, Name, NoContent, NullableTimestamp, pageOf, TenantId, Timestamp } from './scalars';

export const RoleSchema = z.enum(ROLES);
export const ScopeSchema = z.enum(SCOPES);
const AuthorityLevel = z.int().min(0).max(5);
/** NIST SP 800-63B: length is what counts; the upper bound keeps hashing cheap to bound. */
export const Password = z.string().min(12, 'at least 12 characters').max(256);
const Email = z.email().max(254);
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
export const PageQuery = z.strictObject({ tenant_id: TenantId.optional(), limit: Limit, cursor: Cursor.optional() });
export type PageQuery = z.output<typeof PageQuery>;

export const TenantResource = z.object({ tenant_id: TenantId, name: z.string(), created_at: Timestamp });
export type TenantResource = z.output<typeof TenantResource>;

export const MemberResource = z.object({
  member_id: z.string(),
  user_id: z.string(),
  tenant_id: z.string(),
  email: z.string(),
  name: z.string(),
  role: RoleSchema,
  level: AuthorityLevel,
  created_at: Timestamp,
});
export type MemberResource = z.output<typeof MemberResource>;

export const CreateMemberBody = z.strictObject({
  tenant_id: TenantId,
  email: Email,
  name: Name,
  role: RoleSchema,
  level: AuthorityLevel.nullish(),
  password: Password.nullish().meta({ description: 'Counts only if this call creates the user' }),
});
export type CreateMemberBody = z.output<typeof CreateMemberBody>;

export const UpdateMemberBody = z
  .strictObject({ role: RoleSchema.optional(), level: AuthorityLevel.optional() })
  .refine((body) => body.role !== undefined || body.level !== undefined, { message: 'Say a role or a level' });
export type UpdateMemberBody = z.output<typeof UpdateMemberBody>;

export const KeyResource = z.object({
  key_id: z.string(),
  tenant_id: z.string(),
  name: z.string(),
  scopes: z.array(ScopeSchema),
  member_id: z.string().nullable(),
  created_at: Timestamp,
  expires_at: NullableTimestamp,
  revoked_at: NullableTimestamp,
  last_used_at: NullableTimestamp,
});
export type KeyResource = z.output<typeof KeyResource>;
/** `key` is in this answer only. */
export const CreatedKeyResource = KeyResource.extend({
  key: z.string().nullable().meta({ description: 'Null when the answer is a replay: secrets are never replayed' }),
});
export type CreatedKeyResource = z.output<typeof CreatedKeyResource>;

export const CreateKeyBody = z.strictObject({
  tenant_id: TenantId,
  name: Name,
  scopes: z.array(ScopeSchema).min(1).max(SCOPES.length),
  member_id: Id.nullish(),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
});
export type CreateKeyBody = z.output<typeof CreateKeyBody>;

export const MeResource = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  tenant_id: z.string(),
  member_id: z.string().nullable(),
  role: RoleSchema.nullable(),
  level: AuthorityLevel,
  scopes: z.array(z.enum(Object.keys(PERMISSIONS) as [keyof typeof PERMISSIONS])),
  via: z.enum(['session', 'api_key']),
});
export type MeResource = z.output<typeof MeResource>;

const IdParams = z.strictObject({ id: Id });

export const listTenants = defineOperation({
  id: 'listTenants',
  method: 'GET',
  path: '/api/v1/tenants',
  access: 'tenants:manage',
  tag: 'People',
  summary: 'List tenants: all for the bootstrap key, otherwise one’s own',
  query: z.strictObject({ limit: Limit, cursor: Cursor.optional() }),
  response: pageOf(TenantResource),
});

export const createTenant = defineOperation({
  id: 'createTenant',
  method: 'POST',
  path: '/api/v1/tenants',
  access: 'tenants:manage',
  tag: 'People',
  summary: 'Create a tenant',
  body: z.strictObject({ tenant_id: TenantId, name: Name }),
  response: TenantResource,
  status: 201,
  idempotent: true,
  example: { tenant_id: 'acme', name: 'Acme' },
});

export const listMembers = defineOperation({
  id: 'listMembers',
  method: 'GET',
  path: '/api/v1/members',
  access: 'members:manage',
  tag: 'People',
  summary: 'List members',
  query: PageQuery,
  response: pageOf(MemberResource),
});

export const createMember = defineOperation({
  id: 'createMember',
  method: 'POST',
  path: '/api/v1/members',
  access: 'members:manage',
  tag: 'People',
  summary: 'Add a member',
  description: 'Where the e-mail has an account already, the account is not touched; the answer is the same.',
  body: CreateMemberBody,
  response: MemberResource,
  status: 201,
  idempotent: true,
  example: { tenant_id: 'acme', email: 'oz@example.com', name: 'Oz Demir', role: 'operator', level: 2 },
});

export const updateMember = defineOperation({
  id: 'updateMember',
  method: 'PATCH',
  path: '/api/v1/members/{id}',
  access: 'members:manage',
  tag: 'People',
  summary: 'Change a member’s role or level',
  params: IdParams,
  query: TenantQuery,
  body: UpdateMemberBody,
  response: MemberResource,
  example: { role: 'operator', level: 3 },
});

export const removeMember = defineOperation({
  id: 'removeMember',
  method: 'DELETE',
  path: '/api/v1/members/{id}',
  access: 'members:manage',
  tag: 'People',
  summary: 'Remove a member; their keys and sessions end',
  params: IdParams,
  query: TenantQuery,
  response: NoContent,
  status: 204,
});

export const listKeys = defineOperation({
  id: 'listKeys',
  method: 'GET',
  path: '/api/v1/keys',
  access: 'keys:manage',
  tag: 'People',
  summary: 'List API keys',
  query: PageQuery,
  response: pageOf(KeyResource),
});

export const createKey = defineOperation({
  id: 'createKey',
  method: 'POST',
  path: '/api/v1/keys',
  access: 'keys:manage',
  tag: 'People',
  summary: 'Create an API key; it is shown once',
  description:
    'With `member_id` the key acts as that person, at most with their role and level. Without it the key is a service and never decides. ' +
    'In the console, a key that may change policy (`policy:manage`, `*`) needs a sign-in not older than five minutes.',
  body: CreateKeyBody,
  response: CreatedKeyResource,
  status: 201,
  idempotent: true,
  example: { tenant_id: 'acme', name: 'billing', scopes: ['requests:create', 'requests:read'] },
});

export const revokeKey = defineOperation({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/api/v1/keys/{id}',
  access: 'keys:manage',
  tag: 'People',
  summary: 'Revoke an API key',
  params: IdParams,
  query: TenantQuery,
  response: NoContent,
  status: 204,
});

export const getMe = defineOperation({
  id: 'getMe',
  method: 'GET',
  path: '/api/v1/me',
  access: 'authenticated',
  tag: 'People',
  summary: 'Who this credential is and what it may do',
  response: MeResource,
});

/** docs/decisions/0020. */
const ENDS_ITS_SESSION =
  'Only with a session. `Idempotency-Key` is not honoured: the session that calls has ended afterwards, so repeating the call has no second effect and answers 401 `auth/invalid-session`.';

export const changePassword = defineOperation({
  id: 'changePassword',
  method: 'POST',
  path: '/api/v1/me/password',
  access: 'authenticated',
  tag: 'People',
  summary: 'Change one’s own password; ends every session, this one too',
  description: ENDS_ITS_SESSION,
  body: z.strictObject({ current_password: z.string().min(1).max(256), new_password: Password }),
  response: NoContent,
  status: 204,
  example: { current_password: 'the old passphrase', new_password: 'a long new passphrase' },
});

export const signOutEverywhere = defineOperation({
  id: 'signOutEverywhere',
  method: 'POST',
  path: '/api/v1/me/sign-out-everywhere',
  access: 'authenticated',
  tag: 'People',
  summary: 'End every session of this person, this one too',
  description: ENDS_ITS_SESSION,
  response: NoContent,
  status: 204,
});
