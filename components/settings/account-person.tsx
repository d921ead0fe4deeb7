import { KeyValueList } from '@/components/ui/key-value-list';
import { LevelGlyph } from '@/components/ui/level';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { Role } from '@/lib/domain/access';

export interface AccountFacts {
  name: string;
  email: string;
  tenantId: string;
  role: Role;
  level: number;
  /** When this session began. */
  since: string;
}

/** What each role may do, in a line. */
const ROLES = {
  viewer: 'Viewer: reads and comments',
  operator: 'Operator: asks and decides',
  admin: 'Admin: decides, and manages people, keys and policy',
  owner: 'Owner: everything, emergency stop included',
} as const satisfies Record<Role, string>;

/** Who one is here, and how far that reaches. */
export function Person({ name, email, tenantId, role, level, since }: AccountFacts) {
  return (
    <Section title="You here" description="Role and level are set by somebody else; nobody changes their own.">
      <KeyValueList
        items={[
          { label: 'Name', value: <VisibleText text={name} /> },
          { label: 'E-mail', value: <VisibleText text={email} /> },
          { label: 'Tenant', value: <span className="font-mono">{tenantId}</span> },
          { label: 'Role', value: ROLES[role] },
          {
            label: 'Level',
            value: (
              <>
                <LevelGlyph level={level} labelled className="mr-2" />
                Level {level}
              </>
            ),
          },
          { label: 'Signed in', value: <Moment at={since} /> },
        ]}
      />
    </Section>
  );
}
