'use client';

import { useMutation } from '@tanstack/react-query';
import { ShieldCheckIcon } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Moment } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import type { AuditVerdict } from '@/lib/contracts';

const SHOWN = 10;

/** Checks the whole recorded past, and what came of it: the button goes beside the title, the verdict below. */
export function useVerdict() {
  const verify = useMutation({
    mutationFn: async () => ({ verdict: await api.verifyAudit(), at: new Date().toISOString() }),
  });
  const button = (
    <Button
      busy={verify.isPending}
      onClick={() => verify.mutate()}
      icon={<ShieldCheckIcon className="size-4" aria-hidden="true" />}
    >
      Verify
    </Button>
  );
  const result = verify.isError ? (
    <Notice tone="no" role="alert" title="The history could not be verified">
      {verify.error.message} Nothing is known to be wrong with it; try again.
    </Notice>
  ) : verify.data ? (
    <Verdict verdict={verify.data.verdict} at={verify.data.at} />
  ) : null;
  // Said when it comes, because it comes late and above where one is looking.
  return {
    button,
    result: <div aria-live="polite">{result === null ? null : <div className="mt-4">{result}</div>}</div>,
  };
}

function Verdict({ verdict, at }: { verdict: AuditVerdict; at: string }) {
  const { subjects, events, audit_entries: entries, problems } = verdict;
  const looked = `${count(events, 'event')} of ${count(subjects, 'request')} and ${count(entries, 'entry', 'entries')} of the audit log`;
  if (verdict.ok) {
    return (
      <Notice tone="yes" title="Nothing was changed, cut or reordered">
        {looked} follow one another without a gap, and each says what was signed. Checked at <Moment at={at} />.
      </Notice>
    );
  }
  return (
    <Notice tone="no" role="alert" title={`The history was tampered with in ${count(problems.length, 'place')}`}>
      {looked} were checked. Keep the database as it is, and compare it with a backup.
      <Problems problems={problems} />
    </Notice>
  );
}

function Problems({ problems }: { problems: AuditVerdict['problems'] }) {
  const [all, setAll] = useState(false);
  const shown = all ? problems : problems.slice(0, SHOWN);
  return (
    <>
      <ul aria-label="Places" className="mt-2 grid gap-1">
        {shown.map(({ subject_id: id, seq, problem }) => (
          <li key={`${id} ${seq} ${problem}`} className="grid gap-x-3 sm:grid-cols-[11rem_minmax(0,1fr)]">
            {id === 'audit_log' ? (
              <span>Audit log, entry {seq}</span>
            ) : (
              <Link href={`/requests/${id}`} prefetch={false} className="w-fit rounded-mark hover:underline">
                <ShortId id={id} copy={false} />
                <span className="ml-2">event {seq}</span>
              </Link>
            )}
            <span className="text-ink">{problem}</span>
          </li>
        ))}
      </ul>
      {shown.length < problems.length ? (
        <Button variant="plain" size="sm" className="mt-1 -ml-2" onClick={() => setAll(true)}>
          Show all {problems.length.toLocaleString('en-US')}
        </Button>
      ) : null}
    </>
  );
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
