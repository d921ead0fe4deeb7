'use client';

import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { operations } from '@/lib/contracts';

const FIRST_BODY = {
  dag: {
    name: 'weekly_report',
    tasks: [
      { id: 'collect', workflow_ref: 'echo', params: { rows: 128 } },
      { id: 'sign_off', type: 'checkpoint', depends_on: ['collect'], prompt: 'Send the weekly report?' },
      { id: 'send', workflow_ref: 'echo', depends_on: ['sign_off'] },
    ],
  },
};

/** What a run is, for whoever has never seen one. */
export function NoRuns({ onStart }: { onStart: (() => void) | null }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-center">
      <EmptyState
        title="Nothing has run yet"
        action={
          onStart === null ? null : (
            <Button variant="act" onClick={onStart}>
              Start the first one
            </Button>
          )
        }
      >
        A run does tasks in order. At a checkpoint it stops, costs nothing, and waits for somebody; then it goes on by
        itself with what they filled in.
      </EmptyState>
      <Curl />
    </div>
  );
}

function Curl() {
  const text = [
    `curl -X ${operations.startRun.method} "$COUNTERSIGN_URL${operations.startRun.path}" \\`,
    '  -H "Authorization: Bearer $COUNTERSIGN_KEY" -H "Content-Type: application/json" \\',
    `  -d '${JSON.stringify({ tenant_id: 'acme', ...FIRST_BODY }, null, 2).replaceAll('\n', '\n  ')}'`,
  ].join('\n');
  return (
    <section aria-label="From a program" className="w-full max-w-2xl">
      <div className="flex items-center justify-between">
        <h2 className="font-medium text-12 text-ink-3">From a program, with a key that has runs:write</h2>
        <CopyButton text={text} label="Copy the command" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <pre tabIndex={0} className="overflow-x-auto rounded-control border bg-sunk px-4 py-3 font-mono text-12">
        {text}
      </pre>
    </section>
  );
}

/** No run is like that. */
export function NoSuchRuns({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState title="No run is like that" action={<Button onClick={onClear}>Show all runs</Button>}>
      Choose another status or definition.
    </EmptyState>
  );
}
