import { Field } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import { Select } from '@/components/ui/select';
import { StatusShape } from '@/components/ui/status';
import { VisibleText } from '@/components/ui/visible-text';
import type { LintReport } from '@/lib/contracts';

const LEVELS = [1, 2, 3, 4, 5].map((level) => ({ value: String(level), label: `Level ${level}` }));

interface DagRisksProps {
  report: LintReport | null;
  minLevel: number;
  onMinLevel: (level: number) => void;
}

/** The ways to tasks of high risk on which nobody of that level has to agree. */
export function DagRisks({ report, minLevel, onMinLevel }: DagRisksProps) {
  const isSound = report !== null && report.faults.length === 0;
  return (
    <Section title="Risks" description="Every way to a task of high risk should pass a checkpoint.">
      <div className="grid gap-3">
        <Field label="A checkpoint of at least" className="w-40">
          <Select options={LEVELS} value={String(minLevel)} onValueChange={(value) => onMinLevel(Number(value))} />
        </Field>
        <div role="status" aria-label="Risks" className="text-13">
          {!isSound ? (
            <p className="text-ink-3">Risks are looked for as soon as nothing is wrong with the definition.</p>
          ) : report.lint.length === 0 ? (
            <p className="text-ink-2">Nobody is passed over.</p>
          ) : (
            <ul className="grid gap-1.5">
              {report.lint.map(({ message }) => (
                <li key={message} className="flex items-baseline gap-x-2">
                  <span className="text-open">
                    <StatusShape>
                      <path d="M5 1.2v5M5 8.6v.2" />
                    </StatusShape>
                  </span>
                  <span className="min-w-0 [overflow-wrap:anywhere]">
                    <VisibleText text={message} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </Section>
  );
}
