'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRightIcon } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Loaded } from '@/components/ui/loaded';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { Section } from '@/components/ui/section';
import { Select } from '@/components/ui/select';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { PolicySetResource, PolicySetSummary, RuleBody } from '@/lib/contracts';
import { Effect } from '../effect';
import { PoliciesLink } from '../policies-link';
import { policySetQuery, policySetsQuery } from '../policies-queries';
import { compareHref, versionHref } from '../policies-words';
import { RuleItem } from '../rule-list';
import { ChangedText } from './changed-text';
import { compareSets, describeComparison, type FieldChange, type RuleChange } from './compare-sets';

/** What differs between two versions of the rules; which two, the address says. */
export function CompareView() {
  const params = useSearchParams();
  const [a, b] = [params.get('a') ?? '', params.get('b') ?? ''];
  const { data: sets } = useQuery(policySetsQuery);
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <PageHeader title="Compare versions" meta={<PoliciesLink />} description="What is added, removed and changed" />
      <Choice sets={sets?.data ?? []} a={a} b={b} />
      {a === '' || b === '' ? (
        <EmptyState title="Choose two versions">Then everything in which they differ is here.</EmptyState>
      ) : (
        <Both a={a} b={b} />
      )}
    </div>
  );
}

function Choice({ sets, a, b }: { sets: readonly PolicySetSummary[]; a: string; b: string }) {
  const options = sets.map(({ version, status }) => ({ value: version, label: `${version} · ${status}` }));
  // The address follows without asking the server for the page again: the versions are read by their own queries.
  const show = (from: string, to: string) => window.history.replaceState(null, '', compareHref(from, to));
  return (
    <div className="flex max-w-200 flex-wrap items-end gap-3">
      <Field label="From" className="min-w-40 flex-1">
        <Select options={options} {...(a === '' ? {} : { value: a })} onValueChange={(next) => show(next, b)} />
      </Field>
      <Field label="To" className="min-w-40 flex-1">
        <Select options={options} {...(b === '' ? {} : { value: b })} onValueChange={(next) => show(a, next)} />
      </Field>
      <Button
        icon={<ArrowLeftRightIcon className="size-4" aria-hidden="true" />}
        disabled={a === '' || b === ''}
        onClick={() => show(b, a)}
      >
        Swap
      </Button>
    </div>
  );
}

function Both({ a, b }: { a: string; b: string }) {
  const loading = <SkeletonRows rows={6} label="Loading both versions" />;
  const [from, to] = [useQuery(policySetQuery(a)), useQuery(policySetQuery(b))];
  return (
    <Loaded query={from} what={`Version ${a}`} loading={loading}>
      {(before, staleBefore) => (
        <Loaded query={to} what={`Version ${b}`} loading={loading}>
          {(after, staleAfter) => (
            <>
              {staleBefore}
              {staleAfter}
              <Differences before={before} after={after} />
            </>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Differences({ before, after }: { before: PolicySetResource; after: PolicySetResource }) {
  const found = compareSets(before, after);
  const { fields, added, removed, changed } = found;
  return (
    <>
      <p role="status" className="text-14 text-ink-2">
        From{' '}
        <Link href={versionHref(before.version)} className="rounded-mark font-mono text-act hover:underline">
          {before.version}
        </Link>{' '}
        to{' '}
        <Link href={versionHref(after.version)} className="rounded-mark font-mono text-act hover:underline">
          {after.version}
        </Link>
        : {describeComparison(found)}
      </p>
      {fields.length === 0 ? null : (
        <Section title="The version">
          <Changes fields={fields} />
        </Section>
      )}
      {changed.length === 0 ? null : (
        <Section title={`Changed (${changed.length})`}>
          <ul aria-label="Changed rules" className="divide-y border-y">
            {changed.map((change) => (
              <ChangedRule key={change.ruleId} change={change} />
            ))}
          </ul>
        </Section>
      )}
      <WholeRules title="Added" rules={added} />
      <WholeRules title="Removed" rules={removed} />
    </>
  );
}

function ChangedRule({ change: { ruleId, after, fields } }: { change: RuleChange }) {
  return (
    <li aria-label={ruleId} className="grid gap-3 py-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="w-30 shrink-0">
          <Effect effect={after.effect} level={after.level ?? null} />
        </span>
        <code className="font-medium font-mono text-13 [overflow-wrap:anywhere]">{ruleId}</code>
      </div>
      <Changes fields={fields} />
    </li>
  );
}

function Changes({ fields }: { fields: readonly FieldChange[] }) {
  return (
    <dl className="grid gap-2.5 text-13">
      {fields.map((field) => (
        <div key={field.label} className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[7.5rem_minmax(0,1fr)]">
          <dt className="text-ink-3">{field.label}</dt>
          <dd className={cx('min-w-0', field.words && 'rounded-control bg-sunk px-3 py-2 font-mono')}>
            {field.words ? <ChangedText {...field} /> : <Replaced {...field} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value and the one that took its place. */
function Replaced({ before, after }: FieldChange) {
  return (
    <span className="flex flex-wrap gap-x-2">
      <del className="text-no">{before || 'nothing'}</del>
      <span aria-hidden="true" className="text-ink-3">
        →
      </span>
      <ins className="text-yes no-underline">{after || 'nothing'}</ins>
    </span>
  );
}

function WholeRules({ title, rules }: { title: string; rules: readonly RuleBody[] }) {
  if (rules.length === 0) return null;
  return (
    <Section title={`${title} (${rules.length})`}>
      <ul aria-label={`${title} rules`} className="divide-y border-y">
        {rules.map((rule) => (
          <RuleItem key={rule.rule_id} rule={rule} />
        ))}
      </ul>
    </Section>
  );
}
