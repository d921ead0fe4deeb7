'use client';

import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { OnTrial } from '@/components/replays/on-trial';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { FoldedText } from '@/components/ui/folded-text';
import { KeyValueList } from '@/components/ui/key-value-list';
import { Loaded } from '@/components/ui/loaded';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import type { PolicySetResource } from '@/lib/contracts';
import { ActDialog } from './act-dialog';
import { Effect } from './effect';
import { PoliciesLink } from './policies-link';
import { policySetQuery, policySetsQuery } from './policies-queries';
import { PoliciesSkeleton } from './policies-skeleton';
import { compareHref, countRules, type SetAct, whyNot } from './policies-words';
import { RuleList } from './rule-list';
import { SetStatusBadge } from './set-status';
import { type TryDraft, toTryDraft } from './try-draft';
import { TryIt } from './try-it';
import { WhoWhen } from './who-when';

/** One version of the rules: what it says, who said that it decides, and what it would answer. */
export function VersionView({ version }: { version: string }) {
  const query = useQuery(policySetQuery(version));
  const { data: sets } = useQuery(policySetsQuery);
  const active = sets?.data.find(({ status }) => status === 'active')?.version ?? null;
  return (
    <Loaded query={query} what="This version" heading={version} loading={<PoliciesSkeleton />}>
      {(set, stale) => (
        <div className={cx(PAGE_BODY, 'grid gap-7')}>
          <Head set={set} active={active} />
          {stale}
          <Facts set={set} />
          <Contents />
          <Rules set={set} active={active} />
          <OnTrial set={set} active={active} />
        </div>
      )}
    </Loaded>
  );
}

interface PartProps {
  set: PolicySetResource;
  /** The version that decides, if rules do. */
  active: string | null;
}

function Head({ set, active }: PartProps) {
  const [acting, setActing] = useState<SetAct | null>(null);
  const close = () => setActing(null);
  return (
    <div className="grid gap-2">
      <PageHeader
        title={<span className="font-mono">{set.version}</span>}
        meta={<PoliciesLink />}
        description={<SetStatusBadge status={set.status} />}
        actions={
          <>
            {active === null || active === set.version ? null : (
              <ButtonLink href={compareHref(active, set.version)}>Compare with active</ButtonLink>
            )}
            <ButtonLink href={`/policies/new?from=${set.version}`}>Edit as a new version</ButtonLink>
            <Button disabledReason={whyNot('retire', set.status)} onClick={() => setActing('retire')}>
              Retire
            </Button>
            <Button variant="act" disabledReason={whyNot('activate', set.status)} onClick={() => setActing('activate')}>
              Activate
            </Button>
          </>
        }
      />
      {set.description === null ? null : (
        <p className="max-w-160 text-ink-2">
          <FoldedText text={set.description} />
        </p>
      )}
      <ActDialog act="activate" set={set} active={active} open={acting === 'activate'} onClose={close} />
      <ActDialog act="retire" set={set} active={active} open={acting === 'retire'} onClose={close} />
    </div>
  );
}

function Facts({ set }: { set: PolicySetResource }) {
  const items = [
    { label: 'Written', value: <WhoWhen name={set.created_by_name} at={set.created_at} /> },
    {
      label: 'Activated',
      value:
        set.activated_at === null ? (
          <span className="text-ink-3">Never</span>
        ) : (
          <WhoWhen name={set.activated_by_name} at={set.activated_at} reason={set.activation_reason} />
        ),
    },
    ...(set.retired_at === null ? [] : [{ label: 'Retired', value: <Moment at={set.retired_at} /> }]),
    {
      label: 'Where no rule matches',
      value: (
        <Effect
          effect={set.default.effect}
          level={set.default.effect === 'require_approval' ? set.default.level : null}
        />
      ),
    },
  ];
  return <KeyValueList items={items} className="max-w-160" />;
}

const PARTS = [
  { href: '#rules', label: 'Rules' },
  { href: '#try', label: 'Try it' },
  { href: '#replays', label: 'Replays' },
  { href: '#shadow', label: 'Shadow' },
] as const;

/** What else is here: a version may have a hundred rules before the rest. */
function Contents() {
  return (
    <nav aria-label="On this page" className="-my-2 flex flex-wrap gap-x-5 text-13">
      {PARTS.map(({ href, label }) => (
        <a
          key={href}
          href={href}
          className="inline-flex min-h-7 items-center rounded-mark text-act hover:underline max-rail:min-h-11"
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

/** The rules, and the form that an example of them can be tried in. */
function Rules({ set, active }: PartProps) {
  const [draft, setDraft] = useState<TryDraft>(() => toTryDraft(set.rules.flatMap(({ examples }) => examples)[0]));
  const ask = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Section
        id="rules"
        className="scroll-mt-4"
        title="Rules"
        description={`${countRules(set.rules.length)}. Any deny wins, then the highest level asked for, then an allow.`}
      >
        <RuleList
          set={set}
          onTry={(example) => {
            setDraft(toTryDraft(example));
            ask.current?.focus();
          }}
        />
      </Section>
      <div id="try" className="scroll-mt-4">
        <TryIt set={set} active={active} draft={draft} onDraft={setDraft} askRef={ask} />
      </div>
    </>
  );
}
