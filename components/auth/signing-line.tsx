import { cx } from '@/components/ui/class-names';
import { VisibleText } from '@/components/ui/visible-text';

export type SigningState = 'open' | 'signed' | 'refused';

const RULES = {
  open: 'border-act border-dashed',
  signed: 'border-yes border-solid',
  refused: 'border-no border-solid',
} as const satisfies Record<SigningState, string>;

/** The line one signs to come in: the product's own mark, filled while the name is typed. A picture; the words beside it say the same. */
export function SigningLine({ name, state }: { name: string; state: SigningState }) {
  return (
    <div
      aria-hidden="true"
      className={cx('flex h-12 items-end gap-3 border-b-[1.5px] px-0.5 pb-1.5 transition-colors', RULES[state])}
    >
      {name === '' ? <Cross /> : <Name name={name} state={state} />}
    </div>
  );
}

function Cross() {
  return (
    <svg viewBox="0 0 14 14" className="mb-1 ml-0.5 size-3.5 stroke-act" aria-hidden="true">
      <path d="M2 2 12 12M12 2 2 12" strokeWidth="1.75" strokeLinecap="round" fill="none" />
    </svg>
  );
}

function Name({ name, state }: { name: string; state: SigningState }) {
  return (
    <span className={cx('signed relative min-w-0', state === 'open' && 'text-ink-2')}>
      <span className="block truncate pr-2.5">
        <VisibleText text={name} />
      </span>
      {state === 'refused' ? (
        <svg
          viewBox="0 0 100 10"
          preserveAspectRatio="none"
          className="absolute top-2 left-0 h-2.5 w-[calc(100%-0.5rem)] animate-sign overflow-visible stroke-no"
          aria-hidden="true"
        >
          <path
            d="M-1 7C22 3 44 8 101 2"
            fill="none"
            strokeWidth="2"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      ) : null}
    </span>
  );
}
