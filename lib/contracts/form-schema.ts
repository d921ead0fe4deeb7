import { z } from 'zod';
import { Label } from './scalars';

/**
 * The form of a checkpoint: the part of JSON Schema 2020-12 that can be shown as fields, one level deep. What it does not list is refused
 * when the definition is saved, so that nothing is enforced that nobody can fill in.
 */
const FieldText = { title: Label.optional(), description: z.string().trim().min(1).max(500).optional() };

const TextField = z
  .strictObject({
    type: z.literal('string'),
    ...FieldText,
    enum: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
    format: z.enum(['date', 'email', 'uri', 'multiline']).optional(),
    minLength: z.int().min(0).max(4000).optional(),
    maxLength: z.int().min(1).max(4000).optional(),
    default: z.string().max(4000).optional(),
  })
  .refine(({ minLength = 0, maxLength = 4000 }) => minLength <= maxLength, {
    error: 'minLength is above maxLength',
    path: ['minLength'],
  });

const NumberField = z
  .strictObject({
    type: z.enum(['number', 'integer']),
    ...FieldText,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    default: z.number().optional(),
  })
  .refine(({ minimum = -Infinity, maximum = Infinity }) => minimum <= maximum, {
    error: 'minimum is above maximum',
    path: ['minimum'],
  });

const YesNoField = z.strictObject({ type: z.literal('boolean'), ...FieldText, default: z.boolean().optional() });

export const FormField = z.union([TextField, NumberField, YesNoField]);
export type FormField = z.output<typeof FormField>;

export const FormSchema = z
  .strictObject({
    type: z.literal('object').default('object'),
    properties: z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a name of letters, digits and _'),
      FormField,
    ),
    required: z.array(z.string()).max(50).default([]),
    additionalProperties: z.literal(false).optional(),
  })
  .refine(({ properties }) => Object.keys(properties).length <= 50, {
    error: 'at most 50 fields',
    path: ['properties'],
  })
  .superRefine(({ properties, required }, context) => {
    for (const [index, name] of required.entries()) {
      if (!Object.hasOwn(properties, name)) {
        context.addIssue({ code: 'custom', message: `there is no field ${name}`, path: ['required', index] });
      }
    }
  });
export type FormSchema = z.output<typeof FormSchema>;

/**
 * A schema that accepts exactly what the form allows: unknown fields are refused, absent optional ones stay absent. Used where approval
 * data is enforced and where the console shows what is missing.
 */
export function toFormParser(form: FormSchema): z.ZodType<Record<string, unknown>> {
  const shape = Object.fromEntries(
    Object.entries(form.properties).map(([name, field]) => {
      const parser = toFieldParser(field);
      return [name, form.required.includes(name) ? parser : parser.optional()];
    }),
  );
  return z.preprocess(ownMembers, z.strictObject(shape));
}

/** A field that was left out is absent, whatever every object inherits under its name (`constructor`, `valueOf`). */
function ownMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.assign(Object.create(null), value);
}

function toFieldParser(field: FormField): z.ZodType {
  if (field.type === 'boolean') return z.boolean();
  if (field.type === 'string') {
    if (field.enum !== undefined) return z.enum(field.enum);
    const text = z
      .string()
      .min(field.minLength ?? 0)
      .max(field.maxLength ?? 4000);
    return field.format === undefined || field.format === 'multiline' ? text : text.pipe(FORMATS[field.format]());
  }
  const number = (field.type === 'integer' ? z.int() : z.number())
    .min(field.minimum ?? -Number.MAX_VALUE)
    .max(field.maximum ?? Number.MAX_VALUE);
  return number;
}

const FORMATS = {
  date: () => z.iso.date(),
  email: () => z.email(),
  uri: () => z.url({ protocol: /^https?$/ }),
} as const;

/** A form as it is stored: what keeps it keeps no order of members, so the order of its fields stands beside them. */
type StoredForm = Readonly<Record<string, unknown>> & { properties: object; field_order?: readonly string[] };

/** A form ready to be stored with the order in which its author wrote its fields. */
export function toStoredForm<Form extends { properties: object }>(form: Form): Form & { field_order: string[] } {
  return { ...form, field_order: Object.keys(form.properties) };
}

/** A stored form with its fields in the order of their author. One that was stored without an order stays as it is. */
export function fromStoredForm({ field_order: order = [], properties, ...form }: StoredForm) {
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const ordered = Object.entries(properties).toSorted(([a], [b]) => place(a) - place(b));
  return { ...form, properties: Object.fromEntries(ordered) };
}
