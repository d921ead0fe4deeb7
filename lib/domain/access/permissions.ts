/** What an API key can be given. `*` is every scope but the ones that are named one by one (see `NAMED_ONLY_SCOPES`). */
export const SCOPES = [
  'policy:evaluate',
  'policy:manage',
  'requests:create',
  'requests:read',
  'requests:decide',
  'requests:decide_on_behalf',
  'runs:read',
  'runs:write',
  'tasks:work',
  'webhooks:manage',
  'members:manage',
  'keys:manage',
  'tenants:manage',
  'audit:read',
  'exports:read',
  '*',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What an operation can ask for: the scopes, and finer permissions that come with a role or with a scope. */
export const PERMISSIONS = {
  'policy:evaluate': 'Ask what policy would answer',
  'policy:manage': 'Change approval levels and policies',
  'policy:emergency_stop': 'Stop every approval at once',
  'requests:create': 'Ask for something, and cancel what one asked',
  'requests:read': 'Read requests and their charts',
  'requests:comment': 'Comment on requests',
  'requests:decide': 'Approve and reject',
  'requests:decide_on_behalf': 'Decide in the name of a verified member (chat bridges)',
  'requests:manage': 'Cancel any request',
  'runs:read': 'Read runs',
  'runs:write': 'Start and steer runs',
  'tasks:work': 'Lease and complete tasks',
  'events:read': 'Read the history of all requests',
  'webhooks:manage': 'Manage webhook endpoints and deliveries',
  'members:manage': 'Manage members below owner',
  'owners:manage': 'Manage owners',
  'keys:manage': 'Manage API keys',
  'tenants:manage': 'Create and list tenants',
  'audit:read': 'Read the audit log',
  'exports:read': 'Export data',
} as const;
export type Permission = keyof typeof PERMISSIONS;
