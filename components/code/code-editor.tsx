'use client';

import { useEffect, useRef, useState } from 'react';
import { cx } from '@/components/ui/class-names';
import { useFieldWiring } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import type { Completions } from './cel-complete';
import type { CodeFault, CodeLanguage, CodeView } from './code-mirror';

export interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  language: CodeLanguage;
  faults?: readonly CodeFault[];
  complete?: (before: string) => Completions | null;
  placeholder?: string;
  /** For a whole document: as high as the screen allows. */
  tall?: boolean;
}

const NO_FAULTS: readonly CodeFault[] = [];
const nothing = () => null;

/**
 * A field for an expression, JSON or YAML, with highlighting, underlined faults and completion, inside a `Field`. A plain field stands there,
 * and works, until the editor has been loaded, which happens only where one is.
 */
export function CodeEditor({
  value,
  onChange,
  language,
  faults = NO_FAULTS,
  complete = nothing,
  placeholder = '',
  tall = false,
}: CodeEditorProps) {
  const { id = '', required, 'aria-describedby': described, 'aria-invalid': invalid } = useFieldWiring();
  const host = useRef<HTMLDivElement>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const latest = useRef({ value, onChange, complete, placeholder });
  const [view, setView] = useState<CodeView | null>(null);
  useEffect(() => {
    latest.current = { value, onChange, complete, placeholder };
  });
  useEffect(() => {
    let opened: CodeView | null = null;
    let isGone = false;
    const open = async () => {
      const { openCodeView } = await import('./code-mirror');
      if (isGone || host.current === null) return;
      const wasTyping = plain.current !== null && document.activeElement === plain.current;
      opened = openCodeView({
        parent: host.current,
        language,
        text: latest.current.value,
        placeholder: latest.current.placeholder,
        onChange: (text) => latest.current.onChange(text),
        complete: (before) => latest.current.complete(before),
      });
      setView(opened);
      if (wasTyping) opened.focus();
    };
    // Where it cannot be loaded, the plain field stays; what is typed is checked all the same.
    open().catch((error: unknown) => console.warn('The editor could not be loaded', error));
    return () => {
      isGone = true;
      opened?.close();
      setView(null);
    };
  }, [language]);
  useEffect(() => view?.setText(value), [view, value]);
  useEffect(() => view?.setFaults(faults), [view, faults]);
  useEffect(() => {
    view?.setAttributes({
      id,
      'aria-labelledby': `${id}-label`,
      ...(described === undefined ? {} : { 'aria-describedby': described }),
      ...(invalid === undefined ? {} : { 'aria-invalid': 'true' }),
      ...(required === undefined ? {} : { 'aria-required': 'true' }),
      spellcheck: 'false',
      autocapitalize: 'off',
      // What is longer than its place scrolls, and what scrolls is reached by the keyboard.
      tabindex: '0',
    });
  }, [view, id, described, invalid, required]);
  return (
    // Long words in it do not push what stands around it.
    <div className="min-w-0">
      {view === null ? (
        <Textarea
          ref={plain}
          mono
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : null}
      <div
        ref={host}
        className={cx(
          'min-w-0 rounded-control border border-edge bg-paper text-14 transition-colors hover:border-ink-3 has-[.cm-focused]:border-act has-[[aria-invalid]]:border-no has-[.cm-focused]:outline-1 has-[.cm-focused]:outline-act',
          tall && '[&_.cm-scroller]:max-h-[65dvh]!',
          view === null && 'hidden',
        )}
      />
    </div>
  );
}
