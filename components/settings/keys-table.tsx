'use client';

import { Badge, type Tone } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { EmptyState } from '@/components/ui/empty-state';
import { LevelGlyph } from '@/components/ui/level';
import { Countdown, Moment, RelativeTime } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { KeyResource } from '@/lib/contracts';
import { type KeyState, keyState } from './keys-state';
import type { KeysViewer } from './keys-viewer';
import { describeScopes } from './keys-words';

interface KeysTableProps {
  label: string;
  keys: readonly KeyResource[];
  viewer: KeysViewer;
  onRevoke: (key: KeyResource) => void;
}

/** Keys, the newest first. */
export function KeysTable({ label, keys, viewer, onRevoke }: KeysTableProps) {
  return (
    <Table
      label={label}
      columns={columnsFor(viewer, onRevoke)}
      rows={keys}
      rowKey={(key) => key.key_id}
      empty={
        <EmptyState title="No key is active">
          Software needs one to ask. Create it, store it where the software finds its secrets, and send it as a bearer
          token.
        </EmptyState>
      }
    />
  );
}

const DAY_MS = 86_400_000;

function columnsFor(viewer: KeysViewer, onRevoke: (key: KeyResource) => void): Column<KeyResource>[] {
  return [
    {
      key: 'name',
      header: 'Key',
      rowHeader: true,
      cell: (key) => (
        <div className="grid justify-items-start">
          <VisibleText text={key.name} />
          <ShortId id={key.key_id} what="key id" />
        </div>
      ),
    },
    {
      key: 'scopes',
      header: 'What it may do',
      width: 'w-72',
      cell: (key) => <span title={key.scopes.join(', ')}>{describeScopes(key.scopes)}</span>,
    },
    { key: 'member', header: 'Acts as', width: 'w-44', cell: (key) => <ActsAs acting={key} viewer={viewer} /> },
    {
      key: 'used',
      header: 'Last used',
      width: 'w-28',
      cell: (key) =>
        key.last_used_at === null ? (
          <span className="text-ink-3">Never</span>
        ) : (
          <span className="whitespace-nowrap">
            <RelativeTime at={key.last_used_at} /> ago
          </span>
        ),
    },
    { key: 'expires', header: 'Expires', width: 'w-28', cell: (key) => <Ends expiry={key} /> },
    { key: 'state', header: 'State', width: 'w-28', cell: (key) => <StateBadge expiry={key} /> },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-20',
      cell: (key) => <RevokeButton expiry={key} name={key.name} onPress={() => onRevoke(key)} />,
    },
  ];
}

type Acting = Pick<KeyResource, 'member_id' | 'revoked_at'>;

function ActsAs({
  acting: { member_id: memberId, revoked_at: revokedAt },
  viewer,
}: {
  acting: Acting;
  viewer: KeysViewer;
}) {
  if (memberId === null) return <span className="text-ink-2">A service</span>;
  const member = viewer.members.find((candidate) => candidate.memberId === memberId);
  if (member === undefined) {
    // Who leaves takes their keys along; an active key's person has come since this page was opened.
    return revokedAt === null ? (
      <ShortId id={memberId} what="member id" />
    ) : (
      <span className="text-ink-3">Somebody who has left</span>
    );
  }
  return (
    <span className="inline-flex items-center gap-2">
      <VisibleText text={member.name} /> <LevelGlyph level={member.level} />
    </span>
  );
}

type Expiry = Pick<KeyResource, 'expires_at' | 'revoked_at'>;

function Ends({ expiry: { expires_at: at, revoked_at: revokedAt } }: { expiry: Expiry }) {
  const over = useClock((now) => at !== null && Date.parse(at) <= now);
  if (at === null) return <span className="text-ink-3">Never</span>;
  if (over || revokedAt !== null) return <Moment at={at} className="text-ink-3" />;
  return (
    <span className="whitespace-nowrap">
      in <Countdown at={at} hotMs={DAY_MS} warmMs={7 * DAY_MS} nearestDay />
    </span>
  );
}

function RevokeButton({ expiry, name, onPress }: { expiry: Expiry; name: string; onPress: () => void }) {
  const active = useClock((now) => keyState(expiry, now) === 'active');
  if (!active) return null;
  return (
    <Button size="sm" className="rail:-my-1" onClick={onPress}>
      Revoke
      <span className="sr-only"> {name}</span>
    </Button>
  );
}

const STATES = {
  active: { word: 'Active', tone: 'yes', shape: 'rounded-full bg-current' },
  expired: { word: 'Expired', tone: 'neutral', shape: 'rounded-full border border-current' },
  revoked: { word: 'Revoked', tone: 'no', shape: 'rotate-45 border-b-2 border-current' },
} as const satisfies Record<KeyState, { word: string; tone: Tone; shape: string }>;

function StateBadge({ expiry }: { expiry: Expiry }) {
  const { word, tone, shape } = STATES[useClock((now) => keyState(expiry, now)) as KeyState];
  return (
    <Badge tone={tone} shape={<span aria-hidden="true" className={`size-1.5 ${shape}`} />}>
      {word}
    </Badge>
  );
}
