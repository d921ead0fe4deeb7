import type { Tone } from '@/components/ui/badge';
import type { ConfigDrift } from '@/lib/contracts';

export interface DriftWords {
  tone: Tone;
  title: string;
  text: string | null;
}

/** How the file and what is so stand to each other. */
export function describeDrift({ file, fault, sections }: ConfigDrift): DriftWords {
  if (file === null) {
    const text = 'Where COUNTERSIGN_CONFIG_FILE names a file, the worker says here how the two differ.';
    return { tone: 'neutral', title: 'It is compared with no file', text };
  }
  if (fault !== null) return { tone: 'no', title: 'The file could not be compared', text: fault };
  const places = sections.reduce((sum, { differences }) => sum + differences, 0);
  if (places === 0) return { tone: 'yes', title: 'The file says the same', text: null };
  const title = `The file differs in ${places === 1 ? 'one place' : `${places} places`}`;
  return { tone: 'open', title, text: 'Apply the file, or bring it up to date with the document below.' };
}
