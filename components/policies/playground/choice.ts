/** Which versions are asked besides what decides now: every one but those that are named, or only those. */
export interface Choice {
  every: boolean;
  named: readonly string[];
}

/** Whoever says nothing asks every version there is, and every one that is written later. */
export const EVERY_VERSION: Choice = { every: true, named: [] };

export function isChosen({ every, named }: Choice, version: string): boolean {
  return every !== named.includes(version);
}

/** The same choice with one version in it that was not, or without one that was. */
export function turn({ every, named }: Choice, version: string): Choice {
  const rest = named.filter((each) => each !== version);
  return { every, named: rest.length < named.length ? rest : [...named, version] };
}

/** The versions to ask, newest first, as they are listed. What decides now is asked in any case and is none of them. */
export function chosenOf(choice: Choice, known: readonly string[], active: string | null): string[] {
  return known.filter((version) => version !== active && isChosen(choice, version));
}

/** Versions that an address asks for, and that are not there. */
export function missingOf({ every, named }: Choice, known: readonly string[]): string[] {
  return every ? [] : named.filter((version) => !known.includes(version));
}
