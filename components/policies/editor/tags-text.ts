/** In quotes, in which a quote is written twice, or everything up to the next comma. */
const TAG = /\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))(?:,|$)/y;

/** Tags as one text, separated by commas. One that a comma, a quote or its spaces would make another is written in quotes. */
export function toTagsText(tags: readonly string[]): string {
  return tags.map((tag) => (readTags(tag)[0] === tag && !tag.includes('"') ? tag : quote(tag))).join(', ');
}

const quote = (tag: string): string => `"${tag.replaceAll('"', '""')}"`;

/** The tags of a text, as `toTagsText` writes it and people do. What is empty is none. */
export function readTags(text: string): string[] {
  const tags: string[] = [];
  TAG.lastIndex = 0;
  while (TAG.lastIndex < text.length) {
    const [all, quoted, plain = ''] = TAG.exec(text) ?? [''];
    if (all === '') break;
    const tag = quoted?.replaceAll('""', '"') ?? plain.trim();
    if (tag !== '') tags.push(tag);
  }
  return tags;
}
