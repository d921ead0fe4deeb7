import {
  Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Identify, isRecord, isSame } from '@/lib/domain/config';
import { isTooLarge, keyOf, readDocument } from './parse';

/** How a document of ours is written: a text is a line, however long, so that it can be compared line by line. */
const STYLE = { lineWidth: 0, indent: 2 } as const;
/** Where people folded their texts. */
const FOLD_AT = 120;

/**
 * A value as a document of its own, under a comment. One that is larger than what is read as YAML is written as JSON, which is YAML too, so that
 * whatever is written here can be read here.
 */
export function writeYaml(value: unknown, comment: string): string {
  const document = new Document(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  document.commentBefore = comment;
  const text = document.toString(STYLE);
  return isTooLarge(text) ? `#${comment}\n${JSON.stringify(value, null, 2)}\n` : text;
}

export interface Merge {
  /** What somebody wrote. */
  text: string;
  /** What that means, with its defaults. */
  was: unknown;
  /** What it is to mean. */
  is: unknown;
  identify: Identify;
}

/**
 * The text with what changed put into it: comments, order and style of everything else stay as they were written. Items of lists that have
 * names stay in their place; new ones come last. What a changed part said beside itself goes with it.
 * @throws the library's faults where the text's aliases do not survive the change.
 */
export function mergeYaml({ text, was, is, identify }: Merge): string {
  const { document } = readDocument(text);
  document.contents = merged(document, document.contents, was, is, identify, []) as typeof document.contents;
  return document.toString({ indent: 2, lineWidth: FOLD_AT, flowCollectionPadding: /[[{] \S/.test(text) });
}

function merged(
  document: Document,
  node: unknown,
  was: unknown,
  is: unknown,
  identify: Identify,
  path: readonly string[],
): Node {
  if (isNode(node) && isSame(was, is)) return node;
  if (isMap(node) && isRecord(was) && isRecord(is)) return mergeMap(document, node, was, is, identify, path);
  const nameOf = identify(path);
  if (isSeq(node) && Array.isArray(was) && Array.isArray(is) && nameOf !== null) {
    return mergeSeq(document, node, was, is, identify, path);
  }
  const next = document.createNode(is, { aliasDuplicateObjects: false });
  if (!isNode(node)) return next;
  if (isScalar(node) && isScalar(next)) {
    node.value = next.value;
    return node;
  }
  next.commentBefore = node.commentBefore ?? null;
  if (node.spaceBefore) next.spaceBefore = true;
  return next;
}

function mergeMap(
  document: Document,
  node: YAMLMap,
  was: Record<string, unknown>,
  is: Record<string, unknown>,
  identify: Identify,
  path: readonly string[],
): Node {
  const pairs = new Map(node.items.map((pair) => [keyOf(pair), pair]));
  for (const [key, value] of Object.entries(is)) {
    const pair = pairs.get(key);
    if (pair !== undefined) pair.value = merged(document, pair.value, was[key], value, identify, [...path, key]);
    // A default that is not written stays so.
    else if (!isSame(was[key], value)) node.items.push(document.createPair(key, value) as Pair);
  }
  node.items = node.items.filter((pair) => Object.hasOwn(is, keyOf(pair)) || isSame(was[keyOf(pair)], undefined));
  if (node.items.length > 0) node.flow &&= node.items.every(({ value }) => !isCollection(value));
  return node;
}

function mergeSeq(
  document: Document,
  node: YAMLSeq,
  was: unknown[],
  is: unknown[],
  identify: Identify,
  path: readonly string[],
): Node {
  const nameOf = identify(path) ?? String;
  const name = (item: unknown) => nameOf(item as Record<string, unknown>);
  const wanted = new Map(is.map((item) => [name(item), item]));
  const known = new Set(was.map(name));
  const kept = node.items.flatMap((item, index) => {
    const next = wanted.get(name(was[index]));
    return next === undefined ? [] : [merged(document, item, was[index], next, identify, [...path, '*'])];
  });
  const added = is.filter((item) => !known.has(name(item))).map((item) => document.createNode(item));
  node.items = [...kept, ...added];
  if (added.length > 0) node.flow = false;
  return node;
}
