import type { BodyInputOf, operations } from '@/lib/contracts';

type Definition = NonNullable<BodyInputOf<typeof operations.startRun>['dag']>;

/**
 * A definition that was pasted, as the API takes it. The server has read the same text before and found nothing wrong with it; the reader of
 * YAML is loaded only where somebody pastes one.
 */
export async function readDefinition(text: string): Promise<Definition> {
  const { parse } = await import('yaml');
  return parse(text, { version: '1.2', maxAliasCount: 100 }) as Definition;
}
