'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { Button, ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/ui/visible-text';
import { type ConfigDrift, operations } from '@/lib/contracts';
import { describeDrift } from './config-words';
import { configKey, driftKey } from './settings-query-keys';

/** The worker compares every half minute. */
const FOLLOW_MS = 30_000;

/** The whole configuration as the document that it can be kept as, and whether the file that it is compared with says the same. */
export function ConfigView({ tenantId }: { tenantId: string }) {
  const config = useQuery({ queryKey: configKey, queryFn: ({ signal }) => api.getConfig({ signal }) });
  const drift = useQuery({
    queryKey: driftKey,
    queryFn: ({ signal }) => api.getConfigDrift({ signal }),
    refetchInterval: FOLLOW_MS,
  });
  const failed = config.error ?? drift.error;
  const again = () => void Promise.all([config.refetch(), drift.refetch()]);
  return (
    <div className="grid gap-6 *:min-w-0">
      <PageHeader
        title="Configuration"
        description="Rules, levels, budgets, cost models and flags as one document, which can live in Git."
        actions={
          <ButtonLink href={operations.getConfig.path} download={`${tenantId}.yaml`} prefetch={false}>
            Download
          </ButtonLink>
        }
      />
      {failed === null ? null : (
        <Notice
          role="alert"
          tone="no"
          title="It could not be read again"
          action={
            <Button size="sm" busy={config.isFetching || drift.isFetching} onClick={again}>
              Try again
            </Button>
          }
        >
          {failed.message} What is shown may be old.
        </Notice>
      )}
      {drift.data === undefined ? null : <Drift drift={drift.data} />}
      <Section
        title="The document"
        description="As it was applied last, with what changed since. Apply it with PUT /api/v1/config; dry_run=true only says what would change."
        actions={config.data === undefined ? null : <CopyButton text={config.data} label="Copy the document" />}
      >
        {config.data === undefined ? (
          <SkeletonRows rows={8} label="Loading the configuration" />
        ) : (
          <section
            aria-label="Configuration as YAML"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
            tabIndex={0}
            className="max-h-[70dvh] overflow-auto rounded-control border bg-sunk px-4 py-3"
          >
            <pre className="w-fit font-mono text-13">
              <VisibleText text={config.data} />
            </pre>
          </section>
        )}
      </Section>
    </div>
  );
}

function Drift({ drift }: { drift: ConfigDrift }) {
  const { tone, title, text } = describeDrift(drift);
  return (
    <Notice tone={tone} title={title}>
      {text === null ? null : <VisibleText text={text} />}
      {drift.sections.length === 0 ? null : (
        <ul aria-label="Differences" className="mt-1 grid gap-1">
          {drift.sections.flatMap(({ section, differences, paths }) => [
            ...paths.map((path) => (
              <li key={path}>
                <code className="font-mono text-12 [overflow-wrap:anywhere]">
                  <VisibleText text={path} />
                </code>
              </li>
            )),
            ...(differences > paths.length
              ? [<li key={section}>{`and ${differences - paths.length} more in ${section}`}</li>]
              : []),
          ])}
        </ul>
      )}
      {drift.checked_at === null ? null : (
        <p className="mt-1 text-12 text-ink-3">
          <VisibleText text={drift.file ?? ''} />, compared at <Moment at={drift.checked_at} />
        </p>
      )}
    </Notice>
  );
}
