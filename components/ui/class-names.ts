/** Joins what is truthy. Classes are not merged: a component's `className` is for its place (margin, width, order), not its look. */
export function cx(...parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
