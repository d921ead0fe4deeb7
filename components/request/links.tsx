import { ExternalLinkIcon } from 'lucide-react';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';

/** Where to read on. The host is shown: the title is what somebody else calls it. */
export function Links({ links }: { links: ApprovalRequestResource['links'] }) {
  if (links.length === 0) return null;
  return (
    <Section tone="quiet" title="Links">
      <ul className="grid gap-1.5">
        {links.map(({ title, url }) => (
          <li key={`${title} ${url}`} className="flex flex-wrap items-baseline gap-x-2">
            <a
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              className="inline-flex min-w-0 items-baseline gap-1.5 rounded-mark font-medium text-act [overflow-wrap:anywhere] hover:underline"
            >
              <VisibleText text={title} />
              <ExternalLinkIcon className="size-3 shrink-0 self-center" aria-hidden="true" />
              <span className="sr-only">, opens in a new tab</span>
            </a>
            <span className="text-12 text-ink-3 [overflow-wrap:anywhere]">
              {URL.canParse(url) ? new URL(url).host : url}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
