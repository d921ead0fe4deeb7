import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Completions } from './cel-complete';
import { type CelToken, tokenizeCel } from './cel-tokens';
import { tokenizeJson } from './json-text';
import { tokenizeYaml } from './yaml-text';

export type CodeLanguage = 'cel' | 'json' | 'yaml';

/** Something about a piece of the text; `fix` offers a way to put it right. */
export interface CodeFault {
  start: number;
  end: number;
  message: string;
  severity: 'error' | 'warning';
  fix?: { label: string; text: string } | undefined;
}

export interface CodeViewOptions {
  parent: HTMLElement;
  language: CodeLanguage;
  text: string;
  placeholder: string;
  onChange: (text: string) => void;
  complete: (before: string) => Completions | null;
}

/** An editor in the page, as far as the page steers it. */
export interface CodeView {
  setText: (text: string) => void;
  setFaults: (faults: readonly CodeFault[]) => void;
  setAttributes: (attributes: Record<string, string>) => void;
  focus: () => void;
  close: () => void;
}

/**
 * Opens an editor. This module holds all of CodeMirror: import it only when somebody writes. Tab is not bound, so it leaves the editor as it
 * leaves any field.
 */
export function openCodeView(options: CodeViewOptions): CodeView {
  const attributes = new Compartment();
  // What the page has written itself is no news to it.
  let isOurs = false;
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({
          override: [({ state, pos }) => toResult(options.complete(state.sliceDoc(0, pos)))],
          icons: false,
          // Enter takes what is offered at once: a condition is rarely written in lines.
          interactionDelay: 0,
        }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        languageOf(options.language),
        syntaxHighlighting(LOOKS),
        THEME,
        EditorView.lineWrapping,
        placeholder(options.placeholder),
        attributes.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isOurs) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isOurs = false;
    },
    setFaults: (faults) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          faults.map((fault) => toDiagnostic(fault, view.state.doc.length)),
        ),
      ),
    setAttributes: (given) =>
      view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(given)) }),
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

/** CodeMirror asks while a name is typed, and anywhere when Ctrl+Space does; what it gets, it filters by what is typed. */
function toResult(found: Completions | null) {
  if (found === null || found.suggestions.length === 0) return null;
  const { from, suggestions } = found;
  // On a phone what is said of an item would lie on top of the list.
  const isNarrow = window.matchMedia('(width < 35rem)').matches;
  return {
    from,
    validFor: /^\w*$/,
    options: suggestions.map(({ label, detail, info, kind, insert, back = 0 }) => ({
      label,
      detail,
      ...(isNarrow ? {} : { info }),
      type: kind,
      ...(insert === undefined ? {} : { apply: applying(insert, back) }),
    })),
  };
}

function applying(insert: string, back: number) {
  return (view: EditorView, _: unknown, from: number, to: number) =>
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length - back } });
}

function toDiagnostic({ start, end, message, severity, fix }: CodeFault, length: number) {
  return {
    from: Math.min(start, length),
    to: Math.min(Math.max(end, start), length),
    message,
    severity,
    ...(fix === undefined
      ? {}
      : { actions: [{ name: fix.label, apply: (view: EditorView) => replaceAll(view, fix.text) }] }),
  };
}

function replaceAll(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

const TOKENIZERS = { cel: tokenizeCel, json: tokenizeJson, yaml: tokenizeYaml } as const satisfies Record<
  CodeLanguage,
  (line: string) => CelToken[]
>;

/** A language by its tokenizer, line by line. */
function languageOf(language: CodeLanguage) {
  return StreamLanguage.define<{ tokens: CelToken[] }>({
    name: language,
    startState: () => ({ tokens: [] }),
    token: (stream, state) => {
      if (stream.sol()) state.tokens = TOKENIZERS[language](stream.string);
      const token = state.tokens.find(({ start, end }) => start <= stream.pos && stream.pos < end);
      stream.pos = token?.end ?? stream.string.length;
      return token === undefined || token.kind === 'space' || token.kind === 'other' ? null : token.kind;
    },
    tokenTable: {
      comment: tags.comment,
      string: tags.string,
      number: tags.number,
      word: tags.keyword,
      member: tags.propertyName,
      call: tags.function(tags.name),
      name: tags.variableName,
      operator: tags.operator,
      bracket: tags.bracket,
    },
  });
}

const LOOKS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--yes)' },
  { tag: tags.number, color: 'var(--open)' },
  { tag: tags.keyword, color: 'var(--esc)' },
  { tag: tags.function(tags.name), color: 'var(--act)' },
  { tag: tags.variableName, color: 'var(--ink)', fontWeight: '500' },
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: [tags.operator, tags.bracket], color: 'var(--ink-2)' },
]);

const UNDERLINE = { backgroundImage: 'none', textDecoration: 'underline wavy', textUnderlineOffset: '3px' } as const;

/** The tokens of the console: the same in light and dark. */
const THEME = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.5', maxHeight: '20rem', overflow: 'auto' },
  '.cm-content': { padding: '0.375rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 0.625rem' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--act-soft)', color: 'inherit' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--no-soft)', color: 'inherit' },
  '.cm-lintRange-error': { ...UNDERLINE, textDecorationColor: 'var(--no)' },
  '.cm-lintRange-warning': { ...UNDERLINE, textDecorationColor: 'var(--open)' },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--no)' },
  '.cm-lintPoint-warning:after': { borderBottomColor: 'var(--open)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--float)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '7px',
    boxShadow: 'var(--shadow-float)',
    overflow: 'hidden',
    maxWidth: 'min(28rem, 90vw)',
    zIndex: '50',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '0.8125rem',
    maxHeight: '14rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem 0.625rem', color: 'var(--ink)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--act-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' },
  '.cm-completionInfo': { padding: '0.375rem 0.625rem', fontSize: '0.8125rem', maxWidth: '20rem' },
  '.cm-diagnostic': { padding: '0.375rem 0.625rem', fontSize: '0.8125rem', border: 'none', whiteSpace: 'pre-wrap' },
  '.cm-diagnosticAction': {
    backgroundColor: 'transparent',
    color: 'var(--act)',
    padding: '0',
    marginLeft: '0.5rem',
    fontSize: '0.8125rem',
    fontWeight: '500',
  },
});
