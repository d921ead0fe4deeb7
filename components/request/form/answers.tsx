import { KeyValueList } from '@/components/ui/key-value-list';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, FormSchema } from '@/lib/contracts';
import type { ApprovalData } from './form-draft';

type Answered = Pick<ApprovalRequestResource, 'approval_data' | 'approvers' | 'checkpoint'>;

/** What those who have approved so far have filled in: whoever signs after them signs the same. Null where nobody has. */
export function signedAnswersOf({ approval_data: answers, approvers, checkpoint }: Answered): ApprovalData | null {
  if (answers === null || !checkpoint?.inputs_schema) return null;
  const counts = approvers.some(({ decision, stale }) => decision === 'approve' && !stale);
  // What a form lets through is nothing else.
  return counts ? (answers as ApprovalData) : null;
}

/** What was filled in, under the names and in the order of its form; what no form asked for comes as it is. */
export function Answers({ form, answers }: { form: FormSchema | null; answers: Record<string, unknown> }) {
  const fields = Object.entries(form?.properties ?? {});
  const named = fields.map(([name, field]) => ({ name, label: field.title ?? name }));
  const others = Object.keys(answers).filter((name) => !named.some((field) => field.name === name));
  const lines = [...named, ...others.map((name) => ({ name, label: name }))];
  // Two fields may bear the same title.
  const labels = lines.map(({ label }) => label);
  const items = lines.map(({ name, label }) => ({
    label: labels.filter((other) => other === label).length > 1 ? `${label} (${name})` : label,
    value: <Answer value={answers[name]} />,
  }));
  return <KeyValueList items={items} />;
}

function Answer({ value }: { value: unknown }) {
  if (value === undefined) return <span className="text-ink-3">Left empty</span>;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return <VisibleText text={typeof value === 'string' ? value : JSON.stringify(value)} />;
}
