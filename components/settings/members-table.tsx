'use client';

import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { LevelGlyph } from '@/components/ui/level';
import { Moment } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { MemberResource } from '@/lib/contracts';
import { type MembersViewer, whyNotChange } from './members-viewer';
import { ROLE_WORDS } from './members-words';

interface MembersTableProps {
  members: readonly MemberResource[];
  viewer: MembersViewer;
  onChange: (member: MemberResource) => void;
  onRemove: (member: MemberResource) => void;
}

/** Everybody, the highest level first. */
export function MembersTable({ members, viewer, onChange, onRemove }: MembersTableProps) {
  const rows = members.toSorted((a, b) => b.level - a.level || a.name.localeCompare(b.name));
  return (
    <Table
      label="Members"
      columns={columnsFor(viewer, onChange, onRemove)}
      rows={rows}
      rowKey={(member) => member.member_id}
      empty={
        <EmptyState title="Nobody belongs to this tenant">
          Add the people who will decide. Until somebody is here, every request waits until it expires.
        </EmptyState>
      }
    />
  );
}

function columnsFor(
  viewer: MembersViewer,
  onChange: (member: MemberResource) => void,
  onRemove: (member: MemberResource) => void,
): Column<MemberResource>[] {
  return [
    {
      key: 'person',
      header: 'Person',
      rowHeader: true,
      cell: (member) => (
        <div className="grid">
          <span className="flex flex-wrap items-center gap-x-2">
            <VisibleText text={member.name} />
            {member.user_id === viewer.userId ? <Badge>You</Badge> : null}
          </span>
          <span className="font-normal text-12 text-ink-3">{member.email}</span>
        </div>
      ),
    },
    { key: 'role', header: 'Role', width: 'w-32', cell: (member) => ROLE_WORDS[member.role].label },
    {
      key: 'level',
      header: 'Level',
      width: 'w-32',
      cell: (member) => (
        <span className="inline-flex items-center gap-2 whitespace-nowrap">
          <LevelGlyph level={member.level} labelled /> Level {member.level}
        </span>
      ),
    },
    { key: 'since', header: 'Since', width: 'w-36', cell: (member) => <Moment at={member.created_at} /> },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-44',
      cell: (member) => {
        const reason = whyNotChange(member, viewer);
        return reason === null ? (
          <span className="flex gap-1 rail:-my-1 rail:justify-end">
            <Button size="sm" onClick={() => onChange(member)}>
              Change
              <span className="sr-only"> {member.name}</span>
            </Button>
            <Button size="sm" variant="plain" onClick={() => onRemove(member)}>
              Remove
              <span className="sr-only"> {member.name}</span>
            </Button>
          </span>
        ) : (
          <span className="text-12 text-ink-3">{reason}</span>
        );
      },
    },
  ];
}
