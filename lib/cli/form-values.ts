import type { FormSchema } from '@/lib/contracts';

const YES = ['true', 'yes'];
const NO = ['false', 'no'];

/**
 * What `--kv` says, as the form of a checkpoint wants it: its numbers become numbers, its yes-or-no fields `true` or `false` (also `yes` and
 * `no`), everything else stays the text that it is. What is no number stays a text too, so that the server says what is wrong with it.
 */
export function toFormValues(
  given: ReadonlyMap<string, string> | undefined,
  form: FormSchema | null,
): Record<string, string | number | boolean> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    [...given].map(([name, text]) => {
      const field = form !== null && Object.hasOwn(form.properties, name) ? form.properties[name] : undefined;
      return [name, toValue(text, field?.type ?? 'string')];
    }),
  );
}

function toValue(text: string, type: FormSchema['properties'][string]['type']): string | number | boolean {
  const typed = text.trim();
  if (type === 'boolean' && YES.includes(typed.toLowerCase())) return true;
  if (type === 'boolean' && NO.includes(typed.toLowerCase())) return false;
  if ((type === 'number' || type === 'integer') && typed !== '' && Number.isFinite(Number(typed))) return Number(typed);
  return text;
}
