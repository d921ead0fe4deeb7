import { cx } from './class-names';

const STEPS = [1, 2, 3, 4, 5] as const;

export interface LevelGlyphProps {
  level: number;
  /** The words "Level 4" stand beside it, so it is only a picture. */
  labelled?: boolean;
  className?: string;
}

/** A level of authority as five rising steps; never a bare number. Its name is "Level 4". */
export function LevelGlyph({ level, labelled = false, className }: LevelGlyphProps) {
  const name = `Level ${level}`;
  return (
    <span
      className={cx('inline-block h-3 w-4.75 shrink-0 align-[-1px]', className)}
      {...(labelled ? {} : { role: 'img', 'aria-label': name, title: name })}
    >
      <svg viewBox="0 0 19 12" className="block h-3 w-4.75" aria-hidden="true">
        {STEPS.map((step) => (
          <rect
            key={step}
            x={(step - 1) * 4}
            y={10 - step * 2}
            width="2.5"
            height={2 + step * 2}
            rx="1"
            className={step <= level ? 'fill-current' : 'fill-line-strong'}
          />
        ))}
      </svg>
    </span>
  );
}
