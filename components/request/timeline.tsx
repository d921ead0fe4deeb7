import { cx } from '@/components/ui/class-names';
import { FoldedText } from '@/components/ui/folded-text';
import { RelativeTime } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { type TimelineEntry, type TimelineTone, toTimeline } from './timeline-words';

const RINGS = {
  plain: 'border-line-strong',
  open: 'border-open',
  esc: 'border-esc',
  yes: 'border-yes',
  no: 'border-no',
  faded: 'border-line-strong border-dotted',
} as const satisfies Record<TimelineTone, string>;

/** Everything that happened, newest first: who, what, why, when. */
export function Timeline({ request }: { request: ApprovalRequestResource }) {
  return (
    <Section tone="quiet" title="Timeline">
      <ol aria-label="Timeline">
        {toTimeline(request).map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
    </Section>
  );
}

function Entry({ entry: { at, tone, who, did, said, because } }: { entry: TimelineEntry }) {
  return (
    <li className="group relative grid grid-cols-[1.125rem_minmax(0,1fr)_auto] gap-x-2 py-1.25 text-ink-2">
      <span aria-hidden="true" className="relative flex justify-center">
        <span className="absolute top-0 bottom-[-0.625rem] w-px bg-line group-first:top-2.5 group-last:bottom-auto group-last:h-2.5 group-only:hidden" />
        <span className={cx('relative mt-1.5 size-2.25 rounded-full border-2 bg-surface', RINGS[tone])} />
      </span>
      <div className="[overflow-wrap:anywhere]">
        <p>
          <b className="font-medium text-ink">
            <VisibleText text={who} />
          </b>{' '}
          {did}
          {because ? (
            <span className="text-ink-3">
              {': '}
              <VisibleText text={because} />
            </span>
          ) : null}
        </p>
        {said ? (
          <q className="text-ink">
            <FoldedText text={said} />
          </q>
        ) : null}
      </div>
      <RelativeTime at={at} className="text-12 text-ink-3 leading-5" />
    </li>
  );
}
