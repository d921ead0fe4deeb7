import type { ReactNode } from 'react';
import { cx } from './class-names';

export interface PageHeaderProps {
  title: ReactNode;
  /** One line beside the title: what is shown, of which tenant. */
  description?: ReactNode;
  /** Above the title: a status, an id, a way back. */
  meta?: ReactNode;
  actions?: ReactNode;
  /** The title of one thing, such as a request, rather than of a page. */
  large?: boolean;
  className?: string;
}

/** What page this is. Its title is the page's only `h1`. */
export function PageHeader({ title, description, meta, actions, large = false, className }: PageHeaderProps) {
  return (
    <header className={cx('grid gap-2.5', className)}>
      {meta ? <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-ink-3">{meta}</div> : null}
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-2">
        <h1 className={cx('text-balance font-semibold text-20 [overflow-wrap:anywhere]', large && 'rail:text-28')}>
          {title}
        </h1>
        {description ? <p className="text-13 text-ink-3">{description}</p> : null}
        {actions ? <div className="ml-auto flex flex-wrap gap-2 self-center max-sm:w-full">{actions}</div> : null}
      </div>
    </header>
  );
}
