import { LevelGlyph } from '@/components/ui/level';

/** Nothing is chosen: Radix keeps the empty value for itself. */
export const NONE = 'none';

/** The levels, as a `Select` offers them. */
export const LEVELS = ['1', '2', '3', '4', '5'].map((value) => ({
  value,
  label: (
    <span className="inline-flex items-center gap-2">
      <LevelGlyph level={Number(value)} labelled />
      Level {value}
    </span>
  ),
}));
