import { type FormField, type FormSchema, toFormParser } from '@/lib/contracts';

/** What stands in the fields of a checkpoint's form, by name: texts as they are typed, and yes or no. */
export type FormDraft = Readonly<Record<string, string | boolean>>;
/** What a form was filled in with, as it is sent. */
export type ApprovalData = Record<string, string | number | boolean>;
/** What is wrong, by name of the field. */
export type FormFaults = Readonly<Record<string, string>>;

/** The fields with the definition's defaults in them. */
export function emptyDraft({ properties }: FormSchema): FormDraft {
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, defaultOf(field)]));
}

function defaultOf(field: FormField): string | boolean {
  if (field.type === 'boolean') return field.default ?? false;
  return field.default === undefined ? '' : String(field.default);
}

/** What is sent as `approval_data`, and what keeps it from being sent. A field that was left empty is not sent at all. */
export function readDraft(form: FormSchema, draft: FormDraft): { data: ApprovalData; faults: FormFaults } {
  const data = Object.fromEntries(
    Object.entries(form.properties).flatMap(([name, field]) => {
      const value = readField(field, draft[name] ?? '');
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const parsed = toFormParser(form).safeParse(data);
  const wrong = parsed.success ? [] : parsed.error.issues.map(({ path }) => String(path[0]));
  const faults = wrong.flatMap((name) => {
    const field = form.properties[name];
    if (field === undefined) return [];
    return [[name, Object.hasOwn(data, name) ? wanted(field) : 'This is missing.'] as const];
  });
  return { data, faults: Object.fromEntries(faults) };
}

function readField(field: FormField, typed: string | boolean): ApprovalData[string] | undefined {
  if (typeof typed === 'boolean') return typed;
  if (typed.trim() === '') return undefined;
  if (field.type === 'string') return field.format === undefined || field.format === 'multiline' ? typed : typed.trim();
  // What is no number stays a text, so that the form says so.
  return Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

const FORMATS = {
  date: 'A day such as 2026-11-30.',
  email: 'An e-mail address such as ada@example.com.',
  uri: 'An address that begins with http:// or https://.',
} as const;

/** What a field takes, for whoever typed something else. */
function wanted(field: FormField): string {
  if (field.type === 'boolean') return 'Yes or no.';
  if (field.type === 'string') {
    if (field.enum !== undefined) return 'Choose one of these.';
    if (field.format !== undefined && field.format !== 'multiline') return FORMATS[field.format];
    return lengthWords(field.minLength, field.maxLength);
  }
  const kind = field.type === 'integer' ? 'A whole number' : 'A number';
  return `${kind}${rangeWords(field.minimum, field.maximum)}.`;
}

function lengthWords(least = 0, most = 4000): string {
  return least > 0 ? `${least} to ${most} characters.` : `At most ${most} characters.`;
}

function rangeWords(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return `, ${least} or more`;
  return most === undefined ? '' : `, ${most} or less`;
}

/** What to know before typing: the definition's words, and what the field takes where that is not plain. */
export function hintOf(field: FormField): string | undefined {
  const bounded = (field.type === 'number' || field.type === 'integer') && rangeWords(field.minimum, field.maximum);
  const hint = [field.description, bounded ? wanted(field) : undefined].filter((part) => part !== undefined).join(' ');
  return hint === '' ? undefined : hint;
}
