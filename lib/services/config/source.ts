import { ConfigBody, type SectionName } from '@/lib/contracts';
import { countDifferences, findDifferences, isSame } from '@/lib/domain/config';
import { isAppError } from '@/lib/domain/errors';
import { logger } from '@/lib/platform/logger';
import { mergeYaml, parseYaml, writeYaml } from '@/lib/platform/yaml';
import { identifyItems, sectionNamed, tidyBody } from './sections';

/**
 * What is so, as a document: as it was written where that still says it, else with what changed put into it. Sections that the document does
 * not speak of are added, unless they are as they began. Where the two cannot be brought together, a document is written anew.
 */
export function describeAsDocument(tenantId: string, now: Record<string, unknown>, source: string | null): string {
  const kept = source === null ? null : continueSource(now, source);
  return kept ?? writeYaml({ tenant_id: tenantId, ...now }, ` The configuration of ${tenantId}`);
}

function continueSource(now: Record<string, unknown>, source: string): string | null {
  const was = readSource(source);
  if (was === null) return null;
  // What a document does not speak of, and nobody ever said anything about, it need not begin to speak of.
  const is = Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => name in was || !isSame(value, sectionNamed(name as SectionName).initial),
    ),
  );
  if (isAlike(was, is)) return source;
  try {
    const text = mergeYaml({ text: source, was, is, identify: identifyItems });
    const says = readSource(text);
    return says !== null && isAlike(says, is) ? text : null;
  } catch (error) {
    // Aliases that what changed took away from under them, for example.
    logger().info({ err: error }, 'a configuration document could not be kept, and is written anew');
    return null;
  }
}

/** What a document says of the configuration; null where this build does not understand it (any more). */
export function readSource(text: string): Record<string, unknown> | null {
  try {
    const body = ConfigBody.safeParse(parseYaml(text).value);
    return body.success ? tidyBody(body.data) : null;
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

function isAlike(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  return countDifferences(findDifferences(a, b, identifyItems)) === 0;
}
