import type { Permission } from '@/lib/domain/access';

/** What belongs together, in its order. */
export const SETTINGS_GROUPS = ['People and access', 'Policy', 'Integrations', 'You'] as const;
export type SettingsGroup = (typeof SETTINGS_GROUPS)[number];

export interface SettingsSection {
  group: SettingsGroup;
  href: string;
  label: string;
  /** Null: there for everybody. */
  permission: Permission | null;
}

/** The parts of the settings, in their order. Adding a row here is how a page gets into them. */
export const SETTINGS_SECTIONS = [
  { group: 'People and access', href: '/settings/members', label: 'Members', permission: 'members:manage' },
  { group: 'People and access', href: '/settings/keys', label: 'API keys', permission: 'keys:manage' },
  { group: 'Policy', href: '/settings/levels', label: 'Approval levels', permission: 'policy:manage' },
  { group: 'Policy', href: '/settings/budgets', label: 'Budgets', permission: 'policy:manage' },
  { group: 'Policy', href: '/settings/cost-models', label: 'Cost models', permission: 'policy:manage' },
  { group: 'Policy', href: '/settings/flags', label: 'Flags', permission: 'policy:manage' },
  { group: 'Policy', href: '/settings/emergency-stop', label: 'Emergency stop', permission: 'policy:emergency_stop' },
  { group: 'Integrations', href: '/settings/webhooks', label: 'Webhooks', permission: 'webhooks:manage' },
  { group: 'Integrations', href: '/settings/secrets', label: 'Secrets', permission: 'policy:manage' },
  { group: 'Integrations', href: '/settings/configuration', label: 'Configuration', permission: 'policy:manage' },
  { group: 'You', href: '/settings/account', label: 'Account', permission: null },
] as const satisfies readonly SettingsSection[];

/** The parts that somebody may see; the account is everybody's. */
export function sectionsFor(permissions: ReadonlySet<Permission>): SettingsSection[] {
  const sections: readonly SettingsSection[] = SETTINGS_SECTIONS;
  return sections.filter(({ permission }) => permission === null || permissions.has(permission));
}

/** The same by their groups; a group of which somebody sees nothing is not there. */
export function groupSections(
  sections: readonly SettingsSection[],
): { group: SettingsGroup; sections: SettingsSection[] }[] {
  return SETTINGS_GROUPS.map((group) => ({
    group,
    sections: sections.filter((section) => section.group === group),
  })).filter((each) => each.sections.length > 0);
}
