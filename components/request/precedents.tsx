'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { requestKeys } from '@/components/live/query-keys';
import { DRAWN_HREF, rememberDrawnRule } from '@/components/policies/editor/drawn-rule';
import { Button } from '@/components/ui/button';
import { Money } from '@/components/ui/money';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { Skeleton } from '@/components/ui/skeleton';
import { StatusBadge } from '@/components/ui/status';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, PrecedentsResource } from '@/lib/contracts';
import { describeEndings } from './describe-endings';
import type { Viewer } from './viewer';

type Precedent = PrecedentsResource['data'][number];

/** So many are shown before somebody asks for the rest. */
const SHOWN = 5;

/** Similar past requests and how they ended. Who manages policies can draw a rule from them. */
export function Precedents({ request, viewer }: { request: ApprovalRequestResource; viewer: Viewer }) {
  const { request_id: id } = request;
  const { data, isError } = useQuery({
    queryKey: [...requestKeys.one(id), 'precedents'],
    queryFn: ({ signal }) => api.getPrecedents({ params: { id }, signal }),
    staleTime: 60_000,
  });
  const manages = viewer.permissions.includes('policy:manage');
  return (
    <Section tone="quiet" title="Precedents">
      {data === undefined ? (
        <Unread isError={isError} />
      ) : (
        <Told precedents={data} currency={currencyOf(request)} manages={manages} />
      )}
    </Section>
  );
}

function Unread({ isError }: { isError: boolean }) {
  if (isError) return <p className="text-13 text-ink-3">They could not be read just now.</p>;
  return (
    <div aria-hidden="true" className="grid gap-2">
      <Skeleton className="h-4 w-56" />
      <Skeleton className="h-4 w-full" />
    </div>
  );
}

interface ToldProps {
  precedents: PrecedentsResource;
  currency: string | null;
  /** Whether the reader manages policies. */
  manages: boolean;
}

function Told({ precedents, currency, manages }: ToldProps) {
  const [isWhole, setWhole] = useState(false);
  const { data, endings } = precedents;
  if (data.length === 0) return <p className="text-13 text-ink-3">Nothing like this has been decided before.</p>;
  const shown = isWhole ? data : data.slice(0, SHOWN);
  return (
    <>
      <p className="mb-2 text-13 text-ink-2">{describeEndings(endings)}</p>
      <ul aria-label="Past requests" className="@container divide-y divide-line border-line border-y">
        {shown.map((one) => (
          <li key={one.request_id} className="grid gap-x-3 py-2 @md:grid-cols-[1fr_auto]">
            <Link
              href={`/requests/${one.request_id}`}
              className="min-w-0 rounded-mark text-14 [overflow-wrap:anywhere] hover:underline"
            >
              <VisibleText text={one.title} />
            </Link>
            <span className="flex items-baseline gap-2 text-13 text-ink-2 tabular-nums @md:justify-end">
              {one.amount_cents === null ? null : <Money cents={one.amount_cents} currency={currency} />}
              <StatusBadge status={one.status} />
            </span>
            <span className="text-12 text-ink-3 @md:col-span-2 [overflow-wrap:anywhere]">
              <VisibleText text={one.matched.join(', ')} />
              {one.resolved_by_name === null ? null : (
                <>
                  {' · '}
                  <VisibleText text={one.resolved_by_name} />
                </>
              )}
              {one.resolved_at === null ? null : (
                <>
                  {' · '}
                  <Moment at={one.resolved_at} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-1 -ml-2.5 flex flex-wrap gap-x-2 empty:hidden">
        {isWhole || data.length <= SHOWN ? null : (
          <Button variant="plain" size="sm" onClick={() => setWhole(true)}>
            {`Show all ${data.length}`}
          </Button>
        )}
        {manages ? <DrawRule precedents={data} /> : null}
      </div>
    </>
  );
}

/** Draws a rule from the precedents that people decided, and hands it to the editor. */
function DrawRule({ precedents }: { precedents: readonly Precedent[] }) {
  const router = useRouter();
  const decided = precedents.filter(({ status }) => status === 'approved' || status === 'rejected');
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      api.draftPolicyRule({ body: { request_ids: likeTheFirst(decided).map(({ request_id }) => request_id) } }),
    onSuccess: ({ rule }) => {
      rememberDrawnRule(rule);
      router.push(DRAWN_HREF);
    },
    onError: (error) => void toast.error('No rule could be drawn', { description: error.message }),
  });
  if (decided.length === 0) return null;
  return (
    <Button variant="plain" size="sm" busy={isPending} onClick={() => mutate()}>
      Draft a rule from these
    </Button>
  );
}

/** A rule is about one skill: those of the skill that is most alike. */
function likeTheFirst(decided: readonly Precedent[]): Precedent[] {
  return decided.filter(({ skill_id: skill }) => skill === decided[0]?.skill_id);
}

function currencyOf({ payload }: ApprovalRequestResource): string | null {
  return typeof payload.currency === 'string' ? payload.currency : null;
}
