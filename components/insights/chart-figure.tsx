import { type ReactNode, useId } from 'react';
import { Section } from '@/components/ui/section';

export interface ChartTable {
  /** The heads of the columns; the first one names the row. */
  head: readonly string[];
  rows: readonly (readonly [string, ...string[]])[];
}

export interface ChartFigureProps {
  title: string;
  description: string;
  /** What the picture shows, in a sentence or two: for who cannot see it. */
  summary: string;
  /** Its numbers: for who wants to read them, or cannot see it. */
  table: ChartTable;
  /** What is said instead, where there is nothing to draw. */
  empty?: string | null;
  className?: string;
  children: ReactNode;
}

/** A chart under its heading: a picture with a name, and the same numbers as a table that opens below it. */
export function ChartFigure({
  title,
  description,
  summary,
  table,
  empty = null,
  className,
  children,
}: ChartFigureProps) {
  const id = useId();
  if (empty !== null) {
    return (
      <Section title={title} description={description} className={className ?? ''}>
        <p className="border-y py-3 text-13 text-ink-3">{empty}</p>
      </Section>
    );
  }
  return (
    <Section title={title} description={description} className={className ?? ''}>
      <div role="img" aria-label={summary}>
        {children}
      </div>
      <details className="mt-2 text-12 print:hidden">
        <summary className="w-fit rounded-mark text-ink-3 hover:text-ink">
          Numbers<span className="sr-only"> of “{title}”</span>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
        <section aria-labelledby={id} tabIndex={0} className="mt-2 max-h-72 overflow-y-auto border-y">
          <table className="w-full">
            <caption id={id} className="sr-only">
              {title}: {description}
            </caption>
            <thead>
              <tr>
                {table.head.map((name) => (
                  <th
                    key={name}
                    scope="col"
                    className="sticky top-0 bg-surface py-1.5 text-right font-normal text-ink-3 shadow-[inset_0_-1px_var(--line)] first:text-left"
                  >
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([name, ...cells]) => (
                <tr key={name} className="border-t first:border-0">
                  <th scope="row" className="py-1 text-left font-normal">
                    {name}
                  </th>
                  {cells.map((cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column.
                    <td key={index} className="py-1 text-right">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </Section>
  );
}
