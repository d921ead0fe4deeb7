import Link from 'next/link';
import { Moment } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/ui/visible-text';
import type { PolicySetSummary } from '@/lib/contracts';
import { countRules, versionHref } from './policies-words';

/** The version that decides, on a line of its own, signed by who activated it. */
export function ActiveLine({ set }: { set: PolicySetSummary }) {
  return (
    <section aria-label="Active version" className="max-w-160">
      <div className="flex min-h-12 items-end justify-between gap-3 border-yes border-b-[1.5px] px-0.5 pb-1.5">
        <span className="signed min-w-0 truncate pr-2.5" title={set.activated_by_name ?? undefined}>
          <VisibleText text={set.activated_by_name ?? 'Activated'} />
        </span>
        <span className="shrink-0 text-12 text-ink-3">
          {set.activated_at === null ? null : (
            <>
              <span className="sr-only">activated it </span>
              <Moment at={set.activated_at} />
            </>
          )}
        </span>
      </div>
      <p className="mt-1.5 text-12 text-ink-3">
        <Link href={versionHref(set.version)} className="rounded-mark font-medium font-mono text-ink hover:underline">
          {set.version}
        </Link>{' '}
        <b className="font-medium text-ink-2">decides now</b> · {countRules(set.rule_count)}
        {set.activation_reason === null ? null : (
          <>
            {' · '}
            <q className="text-ink-2 [overflow-wrap:anywhere]">
              <VisibleText text={set.activation_reason} />
            </q>
          </>
        )}
      </p>
    </section>
  );
}
