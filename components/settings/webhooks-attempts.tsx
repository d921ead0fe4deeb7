'use client';

import { useTimeZone } from '@/components/ui/clock';
import { FoldedText } from '@/components/ui/folded-text';
import { formatExact } from '@/components/ui/time-format';
import { VisibleText } from '@/components/ui/visible-text';
import type { DeliveryDetail } from '@/lib/contracts';
import { formatLatency } from './webhooks-words';

type Attempt = DeliveryDetail['attempt_log'][number];

/** Every attempt at a delivery, the latest first: what was answered, how soon, and how the answer begins. */
export function Attempts({ delivery: { attempt_log: log, attempts } }: { delivery: DeliveryDetail }) {
  if (log.length === 0) return <p className="border-y py-3 text-13 text-ink-3">None yet.</p>;
  return (
    <>
      <ol aria-label="Attempts" reversed className="divide-y border-y">
        {log.toReversed().map((attempt) => (
          <AttemptRow key={attempt.attempt} attempt={attempt} />
        ))}
      </ol>
      {attempts > log.length ? (
        <p className="mt-2 text-12 text-ink-3">
          The latest {log.length} of {attempts.toLocaleString('en-US')} attempts.
        </p>
      ) : null}
    </>
  );
}

function AttemptRow({ attempt }: { attempt: Attempt }) {
  const { status_code: code, error, response_head: head } = attempt;
  const succeeded = code !== null && code >= 200 && code < 300;
  const answer = code === null ? 'No answer' : `Answered ${code}`;
  return (
    <li className="grid gap-2 py-2.5 text-13">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <span className="w-20 text-ink-3">Attempt {attempt.attempt}</span>
        <span className={succeeded ? 'font-medium text-yes' : 'font-medium text-no'}>{answer}</span>
        <span className="text-ink-2">
          <span className="sr-only">after </span>
          {formatLatency(attempt.latency_ms)}
        </span>
        <span className="text-12 text-ink-3">secret {attempt.key_version}</span>
        <AttemptTime at={attempt.at} />
      </div>
      {error === null || error === answer ? null : (
        <p className="text-no [overflow-wrap:anywhere]">
          <VisibleText text={error} />
        </p>
      )}
      {head === null ? null : (
        <div className="grid gap-1">
          <p className="text-12 text-ink-3">How the answer begins</p>
          <div className="rounded-control bg-sunk px-3 py-2 font-mono text-12">
            <FoldedText text={head} />
          </div>
        </div>
      )}
    </li>
  );
}

/** To the second, because attempts follow each other closely; with year and zone on hover and for assistive technology. */
function AttemptTime({ at }: { at: string }) {
  const exact = formatExact(new Date(at), useTimeZone());
  return (
    <time dateTime={at} title={exact} className="relative ml-auto whitespace-nowrap text-ink-3">
      <span aria-hidden="true">{exact.replace(/ \d{4}(, [\d:]+).*$/, '$1')}</span>
      <span className="sr-only">{exact}</span>
    </time>
  );
}
