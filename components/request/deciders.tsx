'use client';

import Link from 'next/link';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { LevelGlyph } from '@/components/ui/level';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { Skeleton } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, EligibleApproversResource } from '@/lib/contracts';
import { groupDeciders } from './decider-groups';
import { describeMissing } from './missing';
import type { Viewer } from './viewer';

const FIRST = 12;

interface DecidersProps {
  request: ApprovalRequestResource;
  eligible: EligibleApproversResource | undefined;
  /** It was asked for and could not be read. */
  unread: boolean;
  viewer: Viewer;
}

/** Who can still sign, strongest first, and what is missing. */
export function Deciders({ request, eligible, unread, viewer }: DecidersProps) {
  const [all, setAll] = useState(false);
  const people = eligible?.eligible ?? [];
  const shown = all ? people : people.slice(0, FIRST);
  return (
    <Section tone="quiet" title="Who can decide">
      <div className="grid gap-2">
        {eligible && !eligible.reachable ? (
          <Notice tone="no" title="Nobody can finish this request">
            {eligible.missing} An admin can change that under <MembersSettings viewer={viewer} />; otherwise it will
            expire.
          </Notice>
        ) : (
          <p className="text-13 text-ink-2">{describeMissing(request)}</p>
        )}
        {eligible ? (
          <div className="grid gap-2.5">
            {groupDeciders(request, shown).map(({ label, people: members }) => (
              <People key={label} label={label} people={members} request={request} viewer={viewer} />
            ))}
            {shown.length < people.length ? (
              <Button variant="plain" size="sm" className="-ml-2 justify-self-start" onClick={() => setAll(true)}>
                and {people.length - shown.length} more
              </Button>
            ) : null}
          </div>
        ) : unread ? (
          <p className="text-13 text-ink-3">Who that could be was not to be read just now.</p>
        ) : (
          <Skeleton className="h-5 w-3/5" />
        )}
      </div>
    </Section>
  );
}

interface PeopleProps {
  label: string | null;
  people: EligibleApproversResource['eligible'];
  request: ApprovalRequestResource;
  viewer: Viewer;
}

function People({ label, people, request, viewer }: PeopleProps) {
  const labelId = useId();
  return (
    <div className="grid gap-1">
      {label === null ? null : (
        <p id={labelId} className="text-12 text-ink-3">
          {label}
        </p>
      )}
      <ul aria-labelledby={label === null ? undefined : labelId} className="flex flex-wrap gap-x-5 gap-y-1.5">
        {people.map((person) => (
          <li key={person.approver_id} className="inline-flex items-baseline gap-1.5 text-13">
            <LevelGlyph
              level={person.level}
              className={person.level >= request.required_level ? 'text-ink-2' : 'text-ink-3'}
            />
            <span>
              <VisibleText text={person.name} />
              {person.approver_id === viewer.userId ? <span className="text-ink-3"> (you)</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Where members are changed; a link for who may go there. */
function MembersSettings({ viewer }: { viewer: Viewer }) {
  const words = 'Settings, Members';
  if (!viewer.permissions.includes('members:manage')) return words;
  return (
    <Link href="/settings/members" className="rounded-mark font-medium text-act hover:underline">
      {words}
    </Link>
  );
}
