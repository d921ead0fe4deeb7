import { floatClass } from '@/components/ui/popover';

export interface TooltipLine {
  /** A colour of the chart, as a token: `var(--yes)`. */
  hue: string;
  label: string;
  value: string;
}

/** What the pointer is on: the bucket's name, and a line for each number. */
export function ChartTooltip({ title, lines }: { title: string; lines: readonly TooltipLine[] }) {
  return (
    <div className={`${floatClass} grid gap-1 px-2.5 py-2 text-12`}>
      <p className="font-medium">{title}</p>
      <ul className="grid grid-cols-[auto_1fr_auto] items-center gap-x-2 gap-y-0.5">
        {lines.map(({ hue, label, value }) => (
          <li key={label} className="contents">
            <span aria-hidden="true" className="size-2 rounded-mark" style={{ background: hue }} />
            <span className="text-ink-2">{label}</span>
            <span className="text-right">{value}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
