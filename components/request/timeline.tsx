import { FoldedText } from '@/components/ui/folded-text';
import { Section } from '@/components/ui/section';
import { TimelineItem } from '@/components/ui/timeline';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { type TimelineEntry, toTimeline } from './timeline-words';

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
    <TimelineItem tone={tone} at={at}>
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
    </TimelineItem>
  );
}
