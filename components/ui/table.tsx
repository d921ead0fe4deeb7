import type { ReactNode } from 'react';
import { cx } from './class-names';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: 'start' | 'end';
  /** A class for the width, such as `w-32`. */
  width?: string;
  /** The column that names the row: its header, and its first line on a phone. */
  rowHeader?: boolean;
  /** Keeps the header for assistive technology only: a column of buttons, say. */
  hideHeader?: boolean;
}

export interface TableProps<Row> {
  /** What the rows are: "Members". */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Shown in place of the rows where there are none: an `EmptyState`. */
  empty?: ReactNode;
  className?: string;
}

/**
 * Rows between hairlines under a header that stays. On a phone each row becomes a short list of label and value; the roles are
 * written out, because browsers drop a table's meaning when its display changes.
 */
export function Table<Row>({ label, columns, rows, rowKey, empty, className }: TableProps<Row>) {
  if (rows.length === 0 && empty) return <div className={cx('border-y', className)}>{empty}</div>;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above.
    <table role="table" aria-label={label} className={cx('block w-full text-13 rail:table', className)}>
      <thead role="rowgroup" className="sr-only rail:not-sr-only rail:table-header-group">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.key}
              role="columnheader"
              scope="col"
              className={cx(
                'sticky top-(--stop-h) z-10 bg-surface py-1.5 font-normal text-12 text-ink-3 shadow-[inset_0_-1px_var(--line)] not-first:pl-4',
                column.align === 'end' ? 'text-right' : 'text-left',
                column.width,
              )}
            >
              {column.hideHeader ? <span className="sr-only">{column.header}</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="block max-rail:border-t rail:table-row-group">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            className="block border-b py-2 transition-colors hover:bg-sunk rail:table-row rail:py-0"
          >
            {columns.map((column) => (
              <Cell key={column.key} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above.
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const content = (
    <>
      {column.hideHeader || column.rowHeader ? null : (
        <span aria-hidden="true" className="text-12 text-ink-3 rail:hidden">
          {column.header}
        </span>
      )}
      <div className="min-w-0 [overflow-wrap:anywhere]">{column.cell(row)}</div>
    </>
  );
  const className = cx(
    'grid items-baseline gap-x-3 py-0.5 align-middle rail:table-cell rail:py-row rail:not-first:pl-4',
    column.hideHeader || column.rowHeader ? 'grid-cols-1' : 'grid-cols-[7rem_minmax(0,1fr)]',
    column.align === 'end' && 'rail:text-right',
  );
  if (column.rowHeader) {
    return (
      // biome-ignore lint/a11y/noRedundantRoles: browsers drop a table's meaning when its display changes.
      <th role="rowheader" scope="row" className={cx(className, 'text-left font-medium')}>
        {content}
      </th>
    );
  }
  return (
    // biome-ignore lint/a11y/noRedundantRoles: browsers drop a table's meaning when its display changes.
    <td role="cell" className={className}>
      {content}
    </td>
  );
}
