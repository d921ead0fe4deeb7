'use client';

import { SearchIcon, SlidersHorizontalIcon, XIcon } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useTimeZone } from '@/components/ui/clock';
import { Kbd } from '@/components/ui/kbd';
import { Popover } from '@/components/ui/popover';
import { putOffWrite } from '@/components/ui/put-off';
import { VisibleText } from '@/components/ui/visible-text';
import { formatDay } from './day';
import { FilterPanel } from './filter-panel';
import { changeFilters, countFilters, PANEL_FILTERS, type QueueFilters } from './filters';

const TYPING_MS = 250;

interface FilterBarProps {
  filters: QueueFilters;
  onChange: (filters: QueueFilters, how: 'typing' | 'chosen') => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** A search field, the other filters behind a button, and what is set as chips that take themselves away. */
export function FilterBar({ filters, onChange, searchRef }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  const count = countFilters(filters);
  return (
    <div className="shrink-0 border-b has-[input:focus-visible]:border-act">
      <div className="flex h-11 items-center gap-2 pr-2">
        <Search filters={filters} onChange={onChange} searchRef={searchRef} />
        <Popover
          label="Filters"
          align="end"
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button variant="plain" icon={<SlidersHorizontalIcon className="size-4" aria-hidden="true" />}>
              Filter
              {count > 0 ? <span className="text-ink-3">{count}</span> : null}
            </Button>
          }
        >
          <FilterPanel
            filters={filters}
            onApply={(next) => {
              setOpen(false);
              onChange(next, 'chosen');
            }}
          />
        </Popover>
      </div>
      {count > 0 ? <Chips filters={filters} onChange={onChange} /> : null}
    </div>
  );
}

function Search({ filters, onChange, searchRef }: FilterBarProps) {
  const [text, setText] = useState(filters.q ?? '');
  const sent = useRef(filters.q ?? '');
  const latest = useRef({ filters, onChange });
  useEffect(() => {
    latest.current = { filters, onChange };
  });
  useEffect(() => {
    // The address changed by itself: back, a link, a cleared filter.
    if ((filters.q ?? '') === sent.current) return;
    sent.current = filters.q ?? '';
    setText(sent.current);
  }, [filters.q]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return;
    return putOffWrite(() => {
      sent.current = wanted;
      latest.current.onChange(changeFilters(latest.current.filters, { q: wanted }), 'typing');
    }, TYPING_MS);
  }, [text]);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (text === '') searchRef.current?.blur();
    setText('');
  };
  return (
    <div className="relative min-w-0 flex-1 self-stretch">
      <SearchIcon
        className="pointer-events-none absolute top-1/2 left-4.5 size-4 -translate-y-1/2 text-ink-3"
        aria-hidden="true"
      />
      {/* No box: the line below is its edge, and turns blue with the focus. */}
      <input
        ref={searchRef}
        type="search"
        aria-label="Search requests"
        aria-keyshortcuts="/"
        placeholder="Search"
        maxLength={200}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="peer size-full appearance-none bg-transparent pr-8 pl-13 outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      {text === '' ? (
        <Kbd keys="/" className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 peer-focus:hidden" />
      ) : null}
    </div>
  );
}

const NAMES = {
  skill: 'Skill',
  agent: 'Agent',
  type: 'Kind',
  level: 'Level',
  after: 'From',
  before: 'Until',
} as const satisfies Record<(typeof PANEL_FILTERS)[number], string>;

function Chips({ filters, onChange }: Pick<FilterBarProps, 'filters' | 'onChange'>) {
  const timeZone = useTimeZone();
  const show = (name: (typeof PANEL_FILTERS)[number]): string => {
    const value = String(filters[name]);
    if (name === 'after') return formatDay(Date.parse(value), timeZone);
    // The end of a range is the first instant that no longer belongs to it.
    return name === 'before' ? formatDay(Date.parse(value) - 1, timeZone) : value;
  };
  return (
    <ul aria-label="Filters that are set" className="flex flex-wrap gap-1.5 px-4 pb-2.5">
      {PANEL_FILTERS.filter((name) => filters[name] !== undefined).map((name) => (
        <li key={name} className="min-w-0">
          <button
            type="button"
            aria-label={`Remove the filter ${NAMES[name]}: ${show(name)}`}
            onClick={() => onChange(changeFilters(filters, { [name]: undefined }), 'chosen')}
            className="flex max-w-full items-center gap-1.5 rounded-full bg-act-soft py-0.5 pr-1.5 pl-2.5 text-12 text-ink transition-colors hover:text-act max-rail:min-h-9"
          >
            <span className="truncate">
              <span className="text-ink-2">{NAMES[name]}</span> <VisibleText text={show(name)} />
            </span>
            <XIcon className="size-3 shrink-0" aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
