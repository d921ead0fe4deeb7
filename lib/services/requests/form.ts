import { FormSchema, fromStoredForm } from '@/lib/contracts';

/** The form of a checkpoint as its author wrote it, from what its request keeps. */
export function toForm(stored: Record<string, unknown>): FormSchema {
  return FormSchema.parse(fromStoredForm({ ...stored, properties: stored.properties as object }));
}
