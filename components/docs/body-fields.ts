/** A field of an operation's body, as the OpenAPI document describes it. */
export interface BodyField {
  name: string;
  type: string;
  required: boolean;
  description: string | null;
}

/** As much of JSON Schema as bodies use. */
export interface BodySchema {
  type?: unknown;
  format?: unknown;
  enum?: unknown;
  description?: unknown;
  required?: unknown;
  items?: BodySchema;
  anyOf?: readonly BodySchema[];
  properties?: Readonly<Record<string, BodySchema>>;
}

/** The fields at the top of a body: those that must be there first, each with its type in a word or two. */
export function bodyFields(schema: BodySchema | undefined): BodyField[] {
  const required = Array.isArray(schema?.required) ? schema.required : [];
  return Object.entries(schema?.properties ?? {})
    .map(([name, field]) => ({
      name,
      type: typeOf(field),
      required: required.includes(name),
      description: typeof field.description === 'string' ? field.description : null,
    }))
    .sort((a, b) => Number(b.required) - Number(a.required));
}

const MOST_CHOICES = 6;

function typeOf({ type, format, enum: choices, items, anyOf }: BodySchema): string {
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (Array.isArray(choices) && choices.length <= MOST_CHOICES) return choices.join(', ');
  if (type === 'array') return items ? `list of ${typeOf(items)}` : 'list';
  if (typeof format === 'string') return format;
  return typeof type === 'string' ? type : 'anything';
}
