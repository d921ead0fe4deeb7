'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { FoldedText } from '@/components/ui/folded-text';
import { Loaded } from '@/components/ui/loaded';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { TimelineItem } from '@/components/ui/timeline';
import { VisibleText } from '@/components/ui/visible-text';
import type { RunResource } from '@/lib/contracts';
import { type HistoryEntry, toHistory } from './history-words';
import { historyQuery } from './runs-queries';

const FIRST_ENTRIES = 40;

/** Everything that happened to a run, newest first. */
export function RunHistory({ run }: { run: RunResource }) {
  const [all, setAll] = useState(false);
  return (
    <Section tone="quiet" title="Timeline">
      <Loaded
        query={useQuery(historyQuery(run.run_id, run.seq))}
        what="The timeline"
        loading={<SkeletonRows rows={4} label="Loading the timeline" />}
      >
        {({ events, whole }, stale) => {
          const entries = toHistory(events);
          const shown = all ? entries : entries.slice(0, FIRST_ENTRIES);
          return (
            <>
              {stale}
              {whole ? null : (
                <p className="pb-2 text-13 text-ink-3">It goes on: the API has the rest of this history.</p>
              )}
              <ol aria-label="Timeline">
                {shown.map((entry) => (
                  <Entry key={entry.seq} entry={entry} />
                ))}
              </ol>
              {shown.length < entries.length ? (
                <Button variant="plain" size="sm" className="mt-2 -ml-2" onClick={() => setAll(true)}>
                  Show {(entries.length - shown.length).toLocaleString('en-US')} more
                </Button>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Entry({ entry: { at, tone, who, isTask, did, reason } }: { entry: HistoryEntry }) {
  return (
    <TimelineItem tone={tone} at={at}>
      <p>
        {isTask ? (
          <code className="font-medium font-mono text-13 text-ink">{who}</code>
        ) : (
          <b className="font-medium text-ink">
            <VisibleText text={who} />
          </b>
        )}{' '}
        {did}
      </p>
      {reason === null ? null : (
        <p className="text-13 text-ink-3">
          <FoldedText text={reason} />
        </p>
      )}
    </TimelineItem>
  );
}
