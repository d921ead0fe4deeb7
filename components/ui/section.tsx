import { type ReactNode, useId } from 'react';
import { cx } from './class-names';

export interface SectionProps {
  title: ReactNode;
  /** `quiet` for the parts of a request, `plain` for the parts of a page such as settings or insights. */
  tone?: 'quiet' | 'plain';
  description?: ReactNode;
  actions?: ReactNode;
  /** Where a link of the page leads to. */
  id?: string;
  className?: string;
  children: ReactNode;
}

/** A part of a page under its own heading; no box around it. */
export function Section({
  title,
  tone = 'plain',
  description,
  actions,
  id: anchor,
  className,
  children,
}: SectionProps) {
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id} className={className}>
      <div
        className={cx(
          'flex flex-wrap items-end justify-between gap-x-4 gap-y-2',
          tone === 'quiet' ? 'mb-2.5' : 'mb-3.5',
        )}
      >
        <div>
          <h2 id={id} className={tone === 'quiet' ? 'font-medium text-12 text-ink-3' : 'font-medium text-14'}>
            {title}
          </h2>
          {description ? <p className="text-12 text-ink-3">{description}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      </div>
      {children}
    </section>
  );
}
