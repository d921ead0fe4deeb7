import { ROLE_BANDS, type Role } from '@/lib/domain/access';

/** What each role is called and what it may do, in the words of who gives it. */
export const ROLE_WORDS = {
  viewer: { label: 'Viewer', plural: 'viewers', may: 'Reads requests and comments on them. Decides nothing.' },
  operator: { label: 'Operator', plural: 'operators', may: 'Asks, and decides requests up to their level.' },
  admin: {
    label: 'Admin',
    plural: 'admins',
    may: 'Decides up to level 4. Manages people below owner, keys, levels and webhooks, and cancels any request.',
  },
  owner: {
    label: 'Owner',
    plural: 'owners',
    may: 'Decides everything, level 5 included. Manages owners and tenants, and can stop all approvals at once.',
  },
} as const satisfies Record<Role, { label: string; plural: string; may: string }>;

/** What a level lets somebody sign, in plain words. */
export function describeLevel(level: number): string {
  if (level === 0) return 'Decides nothing.';
  if (level === 5) return 'Can sign everything.';
  const lower = Array.from({ length: level }, (_, index) => `${index + 1}`);
  const last = lower.pop();
  const named = lower.length === 0 ? last : `${lower.join(', ')} or ${last}`;
  return `Can finish what needs level ${named}. On anything above, they can add their signature, and somebody higher must sign too.`;
}

/** The levels of a role's band. */
export function levelsOf(role: Role): number[] {
  const { min, max } = ROLE_BANDS[role];
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}
