import type { Permission } from '@/lib/domain/access';

export interface SettingsSection {
  href: string;
  label: string;
  /** Null: there for everybody. */
  permission: Permission | null;
}

/** The parts of the settings, in their order. Adding a row here is how a page gets into them. */
export const SETTINGS_SECTIONS = [
  { href: '/settings/members', label: 'Members', permission: 'members:manage' },
  { href: '/settings/keys', label: 'API keys', permission: 'keys:manage' },
  { href: '/settings/webhooks', label: 'Webhooks', permission: 'webhooks:manage' },
  { href: '/settings/levels', label: 'Approval levels', permission: 'policy:manage' },
  { href: '/settings/cost-models', label: 'Cost models', permission: 'policy:manage' },
  { href: '/settings/budgets', label: 'Budgets', permission: 'policy:manage' },
  { href: '/settings/flags', label: 'Flags', permission: 'policy:manage' },
  { href: '/settings/configuration', label: 'Configuration', permission: 'policy:manage' },
  { href: '/settings/emergency-stop', label: 'Emergency stop', permission: 'policy:emergency_stop' },
  { href: '/settings/account', label: 'Account', permission: null },
] as const satisfies readonly SettingsSection[];

/** The parts that somebody may see; the account is everybody's. */
export function sectionsFor(permissions: ReadonlySet<Permission>): SettingsSection[] {
  const sections: readonly SettingsSection[] = SETTINGS_SECTIONS;
  return sections.filter(({ permission }) => permission === null || permissions.has(permission));
}
