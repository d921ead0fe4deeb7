'use client';

import { type ReactNode, useState } from 'react';
import { cx } from './class-names';
import { LevelGlyph } from './level';
import { Moment } from './relative-time';
import { countSigners, type SignatureSlot, type Signer } from './signature-slots';
import { VisibleText } from './visible-text';

export interface SignatureLineProps {
  slots: readonly SignatureSlot[];
  /** The request's id: a line belongs to one request, and what is signed while it is shown writes itself. */
  id: string;
  /** The people who may sign what is open; how many that is is said under each slot that waits. */
  signers?: readonly Signer[];
}

/** The identity of the product: one place for every signature a request needs, filled with a name, a level and a time. */
export function SignatureLine({ slots, id, signers }: SignatureLineProps) {
  return (
    <ol
      aria-label="Signatures"
      className="grid grid-cols-1 gap-x-7 gap-y-4 sm:grid-cols-[repeat(auto-fill,minmax(15rem,1fr))]"
    >
      {slots.map((slot, index) => (
        <Slot
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place on the line of one request.
          key={`${id}-${index}`}
          slot={slot}
          count={signers === undefined ? null : countSigners(slot, slots, signers)}
        />
      ))}
    </ol>
  );
}

const RULES = {
  signed: 'border-yes border-solid',
  rejected: 'border-no border-solid',
  mine: 'border-act border-dashed',
  open: 'border-edge border-dashed',
  expired: 'border-line-strong border-dotted',
  cancelled: 'border-line-strong border-dotted',
} as const satisfies Record<SignatureSlot['state'], string>;

interface SlotProps {
  slot: SignatureSlot;
  /** How many people could fill it, where that is known. */
  count: number | null;
}

function Slot({ slot, count }: SlotProps) {
  const [first] = useState(slot.state);
  const written = first !== slot.state;
  return (
    <li className="min-w-0">
      <div
        className={cx(
          'flex min-h-12 items-end justify-between gap-3 border-b-[1.5px] px-0.5 pb-1.5 transition-colors',
          RULES[slot.state],
        )}
      >
        {'name' in slot ? <Name slot={slot} written={written} /> : <Waiting state={slot.state} />}
      </div>
      <div className="mt-1.5 text-12 text-ink-3">
        <Caption slot={slot} count={count} />
      </div>
    </li>
  );
}

function Name({ slot, written }: { slot: Extract<SignatureSlot, { name: string }>; written: boolean }) {
  const rejected = slot.state === 'rejected';
  return (
    <>
      <span className={cx('signed relative min-w-0', written && 'animate-sign')}>
        <span className="block truncate pr-2.5" title={slot.name}>
          <VisibleText text={slot.name} />
        </span>
        {rejected ? (
          <svg
            viewBox="0 0 100 10"
            preserveAspectRatio="none"
            className="absolute top-2 left-0 h-2.5 w-[calc(100%-0.5rem)] overflow-visible stroke-no"
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
      <span className={cx('shrink-0 text-12', rejected ? 'text-no' : 'text-ink-3')}>
        {rejected ? 'rejected ' : <span className="sr-only">signed </span>}
        {slot.at ? <Moment at={slot.at} /> : null}
      </span>
    </>
  );
}

const WAITING = { mine: 'yours to sign', open: 'waiting', expired: 'expired', cancelled: 'cancelled' } as const;

function Waiting({ state }: { state: keyof typeof WAITING }) {
  return (
    <>
      <svg
        viewBox="0 0 14 14"
        className={cx('mb-1 ml-0.5 size-3.5', state === 'mine' ? 'stroke-act' : 'invisible')}
        aria-hidden="true"
      >
        <path d="M2 2 12 12M12 2 2 12" strokeWidth="1.75" strokeLinecap="round" fill="none" />
      </svg>
      <span className={cx('text-12', state === 'mine' ? 'font-medium text-act' : 'text-ink-3')}>{WAITING[state]}</span>
    </>
  );
}

/** A slot for anyone, or one that policy filled by itself. */
const WITHOUT_LEVEL = {
  signed: 'No person was needed',
  rejected: 'Refused by rule',
  mine: 'Anyone who may decide',
  open: 'Anyone who may decide',
  expired: 'Anyone who may decide',
  cancelled: 'Anyone who may decide',
} as const satisfies Record<SignatureSlot['state'], string>;

function Caption({ slot, count }: SlotProps) {
  const faded = slot.state === 'expired' || slot.state === 'cancelled';
  return (
    <>
      {slot.level === null ? (
        <Strong faded={faded}>{WITHOUT_LEVEL[slot.state]}</Strong>
      ) : (
        <>
          <LevelGlyph level={slot.level} labelled className={cx('mr-1.5', faded ? 'text-ink-3' : 'text-ink-2')} />
          <Strong faded={faded}>Level {slot.level}</Strong>
        </>
      )}
      {'note' in slot && slot.note ? (
        <>
          {' · '}
          <q className="text-ink-2 [overflow-wrap:anywhere]">
            <VisibleText text={slot.note} />
          </q>
        </>
      ) : null}
      {count === null ? null : <Who slot={slot} count={count} />}
    </>
  );
}

function Strong({ faded, children }: { faded: boolean; children: ReactNode }) {
  return <b className={cx('font-medium', faded ? 'text-ink-3' : 'text-ink-2')}>{children}</b>;
}

function Who({ slot, count }: { slot: SignatureSlot; count: number }) {
  if (slot.state === 'mine')
    return count > 1 ? ` · you, or one of ${count - 1} other${count === 2 ? '' : 's'}` : ' · only you';
  if (slot.state !== 'open') return null;
  if (count === 0) return ' · nobody can sign this yet';
  return count === 1 ? ' · one person can sign' : ` · one of ${count} people`;
}
