'use client';

import Link from 'next/link';
import { dagHref } from '@/components/dags/dags-words';
import { Button } from '@/components/ui/button';
import { Moment } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { SecretResource } from '@/lib/contracts';

/** What can be asked of a secret. */
export type SecretAct = 'value' | 'hosts' | 'remove';

interface SecretsTableProps {
  secrets: readonly SecretResource[];
  onAsk: (act: SecretAct, secret: SecretResource) => void;
}

/** The secrets by name, and what is known of each. */
export function SecretsTable({ secrets, onAsk }: SecretsTableProps) {
  return <Table label="Secrets" columns={columnsFor(onAsk)} rows={secrets} rowKey={({ name }) => name} />;
}

function columnsFor(onAsk: SecretsTableProps['onAsk']): Column<SecretResource>[] {
  return [
    {
      key: 'name',
      header: 'Secret',
      rowHeader: true,
      cell: ({ name, fingerprint, version }) => (
        <div className="grid justify-items-start gap-0.5">
          <code className="font-mono text-13 [overflow-wrap:anywhere]">{name}</code>
          <span className="font-normal text-12 text-ink-3" title={`SHA-256 of its value: ${fingerprint}`}>
            Value {version} · <span className="font-mono">{fingerprint.slice(0, 8)}</span>
          </span>
        </div>
      ),
    },
    {
      key: 'hosts',
      header: 'May go to',
      width: 'w-56',
      cell: ({ allowed_hosts: hosts }) => (
        <ul className="grid gap-0.5">
          {hosts.map((host) => (
            <li key={host} className="font-mono text-12 [overflow-wrap:anywhere]">
              {host}
            </li>
          ))}
        </ul>
      ),
    },
    { key: 'used', header: 'Used by', width: 'w-40', cell: ({ used_by: names }) => <UsedBy names={names} /> },
    {
      key: 'changed',
      header: 'Changed',
      width: 'w-36',
      cell: ({ updated_at: at, updated_by_name: who }) => (
        <span className="text-ink-2">
          <Moment at={at} /> by <VisibleText text={who} />
        </span>
      ),
    },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-80',
      cell: (secret) => <Actions secret={secret} onAsk={onAsk} />,
    },
  ];
}

function UsedBy({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="text-ink-3">No definition</span>;
  return (
    <ul className="grid gap-0.5">
      {names.map((name) => (
        <li key={name}>
          <Link
            href={dagHref(name)}
            prefetch={false}
            className="rounded-mark text-act [overflow-wrap:anywhere] hover:underline"
          >
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Actions({ secret, onAsk }: { secret: SecretResource; onAsk: SecretsTableProps['onAsk'] }) {
  const of = <span className="sr-only"> of {secret.name}</span>;
  return (
    <span className="flex flex-wrap gap-1.5 rail:-my-1 rail:justify-end">
      <Button size="sm" onClick={() => onAsk('value', secret)}>
        Replace value{of}
      </Button>
      <Button size="sm" onClick={() => onAsk('hosts', secret)}>
        Change hosts{of}
      </Button>
      <Button size="sm" variant="plain" onClick={() => onAsk('remove', secret)}>
        Remove<span className="sr-only"> {secret.name}</span>
      </Button>
    </span>
  );
}
