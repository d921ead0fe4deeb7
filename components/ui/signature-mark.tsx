import type { ApprovalStatus } from '@/lib/domain/approval';
import { cx } from './class-names';
import { describeSlots, type SignatureSlot } from './signature-slots';
import { STATUS_BADGES } from './status';

const WIDTH = 22;
const LEFT = 1;
const MOST = 4;

/** Where the line of each slot starts and how long it is; the gap narrows as they get more. */
function segmentsOf(count: number): { x: number; width: number }[] {
  const gap = count > 2 ? 3 : 4;
  const width = (WIDTH - gap * (count - 1)) / count;
  return Array.from({ length: count }, (_, index) => ({ x: LEFT + index * (width + gap), width }));
}

/** More slots than can be told apart at this size show as four, keeping the share that is signed. */
function condense(slots: readonly SignatureSlot[]): readonly SignatureSlot[] {
  if (slots.length <= MOST) return slots;
  const step = slots.length / MOST;
  return Array.from({ length: MOST }, (_, index) => slots[Math.floor((index + 1) * step) - 1]).filter(
    (slot) => slot !== undefined,
  );
}

const LINES = {
  signed: 'stroke-yes',
  rejected: 'stroke-no',
  mine: '[stroke-dasharray:2_3]',
  open: '[stroke-dasharray:2_3]',
  expired: 'stroke-ink-3 opacity-70 [stroke-dasharray:0.1_4]',
  cancelled: 'stroke-ink-3 opacity-70 [stroke-dasharray:0.1_4]',
} as const satisfies Record<SignatureSlot['state'], string>;

/** The scribble that fills a slot, drawn from its left end. */
const SCRIBBLE = 'M0 0c1-3 1.8-5 2.5-5 1 0-.6 5 .4 5 .8 0 1.1-1.8 1.9-1.8';

export interface SignatureMarkProps {
  status: ApprovalStatus;
  slots: readonly SignatureSlot[];
  className?: string;
}

/**
 * The signature line, small: a queue row's state. One stroke for each slot, dashed in the state's hue while open, solid with a scribble
 * when signed, struck through when rejected, dots when nobody came. Where others have signed, the slot that is yours is blue.
 */
export function SignatureMark({ status, slots, className }: SignatureMarkProps) {
  const shown = condense(slots);
  const segments = segmentsOf(shown.length);
  const hue = status === 'escalated' ? 'stroke-esc' : 'stroke-open';
  const partly = slots.some((slot) => slot.state === 'signed');
  const hues = { open: hue, mine: partly ? 'stroke-act' : hue } as const;
  const label = `${STATUS_BADGES[status].word}: ${describeSlots(slots)}`;
  return (
    <svg
      viewBox="0 0 24 20"
      className={cx('h-5 w-6 shrink-0', className)}
      fill="none"
      strokeWidth="2"
      strokeLinecap="round"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {shown.map((slot, index) => {
        const { x, width } = segments[index] ?? { x: LEFT, width: WIDTH };
        const { state } = slot;
        const inked = state === 'signed' || state === 'rejected';
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place on the line.
          <g key={index}>
            <path
              d={`M${x} 15h${width}`}
              className={cx(LINES[state], (state === 'open' || state === 'mine') && hues[state])}
            />
            {inked ? (
              <path
                d={SCRIBBLE}
                transform={`translate(${x + width * 0.15} 11) scale(${Math.min(1, width / 9)} 1)`}
                strokeWidth="1.6"
                vectorEffect="non-scaling-stroke"
                className={state === 'signed' ? 'stroke-yes' : 'stroke-no'}
              />
            ) : null}
            {state === 'rejected' ? (
              <path d={`M${x} 12 L${x + Math.min(width, 9)} 5`} strokeWidth="1.4" className="stroke-no" />
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}
