/** What moves the cursor, colours, rings, hides or reorders: C0, DEL, C1, bidirectional controls, line separators, soft hyphens and their like. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Somebody else's text, safe to show in a terminal on one line: what would steer the terminal or hide in it is spelled out (`\u001b`), line
 * breaks and tabs are spaces.
 */
export function plainLine(text: string): string {
  return text.replace(/\r\n|[\r\n\t]/g, ' ').replace(UNSAFE, spellOut);
}

/** The same for text of several lines. */
export function plainText(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map(plainLine)
    .join('\n');
}

/** JSON for a terminal: the escapes that JSON itself does not need, so that it parses to the very same. */
export function plainJson(json: string): string {
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : spellOut(character)));
}

function spellOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
