'use client';

import Link from 'next/link';
import { useClock } from '@/components/ui/clock';
import { FoldedText } from '@/components/ui/folded-text';
import { Countdown, RelativeTime } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { StatusBadge } from '@/components/ui/status';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { type ApprovalStatus, isOpen } from '@/lib/domain/approval';
import { describeConsequence } from './consequence';
import { describeEnding } from './refusal';
import { RunLink } from './run-link';

interface HeadProps {
  request: ApprovalRequestResource;
  /** As the clock has it. */
  state: ApprovalStatus;
  /** The level this person's signature would use; null when they cannot sign. */
  signing: number | null;
  /** Whether the people it needs exist. */
  reachable: boolean;
  heading: 'h1' | 'h2';
}

/** What is asked, how it stands, and what a signature would set free. */
export function RequestHead({ request, state, signing, reachable, heading: Heading }: HeadProps) {
  return (
    <header>
      <div className="mb-2.5 flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1 text-12 text-ink-3">
        <StatusBadge status={state} />
        {isOpen(state) ? <Due request={request} /> : <Ended request={request} state={state} />}
        <ShortId id={request.request_id} what="request id" />
        <RunLink run={request.run} />
      </div>
      <Heading className="text-balance font-semibold text-20 [overflow-wrap:anywhere] rail:text-28">
        {Heading === 'h2' ? (
          <Link href={`/requests/${request.request_id}`} prefetch={false} className="rounded-mark hover:underline">
            <VisibleText text={request.title} />
          </Link>
        ) : (
          <VisibleText text={request.title} />
        )}
      </Heading>
      <p className="mt-2 max-w-[64ch] text-ink-2 [overflow-wrap:anywhere]">
        {describeConsequence(request, state, signing, reachable).map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts have no other identity.
          <Part key={index} piece={piece} />
        ))}
      </p>
      {request.justification ? (
        <blockquote className="mt-3 max-w-[64ch] border-l-2 border-line-strong pl-3 text-ink">
          <span className="sr-only">Justification: </span>
          <FoldedText text={request.justification} />
        </blockquote>
      ) : null}
    </header>
  );
}

function Part({ piece }: { piece: ReturnType<typeof describeConsequence>[number] }) {
  if (typeof piece === 'string') return piece;
  if ('name' in piece) {
    return (
      <b className="font-medium text-ink">
        <VisibleText text={piece.name} />
      </b>
    );
  }
  return (
    <code className="font-mono text-13">
      <VisibleText text={piece.code} />
    </code>
  );
}

function Due({ request }: { request: ApprovalRequestResource }) {
  const { escalates_at: escalatesAt, expires_at: expiresAt } = request;
  const escalates = useClock((nowMs) => escalatesAt !== null && nowMs < Date.parse(escalatesAt));
  return (
    <span>
      {escalates && escalatesAt !== null ? (
        <>
          escalates in <Countdown at={escalatesAt} heated={false} />,{' '}
        </>
      ) : null}
      expires in <Countdown at={expiresAt} />
    </span>
  );
}

function Ended({ request, state }: { request: ApprovalRequestResource; state: ApprovalStatus }) {
  const at = request.resolved_at ?? request.expires_at;
  // The clock has ended it, and the record will say so in a moment.
  const words = describeEnding(request) ?? describeEnding({ ...request, status: state });
  return (
    <span>
      {words} · <RelativeTime at={at} />
    </span>
  );
}
