import { cx } from './class-names';
import { CopyButton } from './copy-button';
import { shortenId } from './short-id-format';

export interface ShortIdProps {
  id: string;
  /** What it is the id of, for the copy button's name: "request id". */
  what?: string;
  copy?: boolean;
  className?: string;
}

/** An id, shortened for the eye and whole for the clipboard, on hover and for assistive technology. */
export function ShortId({ id, what = 'id', copy = true, className }: ShortIdProps) {
  return (
    <span className={cx('relative inline-flex items-center gap-0.5 whitespace-nowrap', className)}>
      <code title={id} className="font-mono text-12 text-ink-2">
        <span aria-hidden="true">{shortenId(id)}</span>
        <span className="sr-only">{id}</span>
      </code>
      {copy ? <CopyButton text={id} label={`Copy ${what}`} className="-my-1" /> : null}
    </span>
  );
}
