'use client';

import { ChevronDownIcon, XIcon } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { useTimeZone } from '@/components/ui/clock';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';
import { putOffWrite } from '@/components/ui/put-off';
import { ShortId } from '@/components/ui/short-id';
import { addDays, dayIn, isDay, startOfDayIn } from '@/components/ui/zoned-day';
import { APPROVAL_EVENT_TYPES } from '@/lib/domain/approval';
import { TYPE_LABELS } from './event-words';
import { type AuditFilters, type FiltersChange, isFiltered } from './filters';

const TYPING_MS = 300;

interface FilterBarProps {
  /** The names that can be chosen as “who”; whoever has left or is software is typed. */
  people: readonly string[];
  filters: AuditFilters;
  onChange: (part: FiltersChange) => void;
  onClear: () => void;
}

/** Whose events, of which kind, from when until when. */
export function FilterBar({ people, filters, onChange, onClear }: FilterBarProps) {
  return (
    <search className="flex flex-wrap items-end gap-x-3 gap-y-2" aria-label="Filter events">
      <ActorField people={people} value={filters.actor ?? ''} onChange={(actor) => onChange({ actor })} />
      <TypesButton types={filters.types} onChange={(types) => onChange({ types })} />
      <DayFields filters={filters} onChange={onChange} />
      {filters.request === undefined ? null : (
        <span className="flex h-control items-center gap-1 rounded-control bg-sunk pl-2.5 text-13">
          of <ShortId id={filters.request} copy={false} />
          <Button
            variant="plain"
            size="sm"
            aria-label="Of every request"
            onClick={() => onChange({ request: undefined })}
          >
            <XIcon className="size-3.5" aria-hidden="true" />
          </Button>
        </span>
      )}
      {isFiltered(filters) ? (
        <Button variant="plain" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}

/** Typing is followed once it pauses, or at once on Enter. */
function ActorField({
  people,
  value,
  onChange,
}: {
  people: readonly string[];
  value: string;
  onChange: (actor: string) => void;
}) {
  const list = useId();
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    // The address changed by itself: back, a link, a cleared filter.
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return;
    return putOffWrite(() => {
      sent.current = wanted;
      latest.current(wanted);
    }, TYPING_MS);
  }, [text]);
  return (
    <Field label="Who" className="w-full sm:w-56">
      <Input
        type="search"
        list={list}
        value={text}
        placeholder="A name or an id, in full"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={list}>
        {people.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </Field>
  );
}

function TypesButton({
  types,
  onChange,
}: {
  types: AuditFilters['types'];
  onChange: (types: AuditFilters['types']) => void;
}) {
  const [only] = types;
  const chosen =
    types.length === 0 || only === undefined
      ? 'Everything'
      : types.length === 1
        ? TYPE_LABELS[only]
        : `${types.length} kinds`;
  return (
    <div className="grid gap-1 max-sm:w-full">
      <span aria-hidden="true" className="font-medium text-13 text-ink-2">
        What
      </span>
      <Popover
        label="What happened"
        className="w-56!"
        trigger={
          <Button
            className="border-edge! bg-paper! px-2.5! font-normal! max-sm:*:flex-1 max-sm:*:justify-between"
            aria-label={`What: ${chosen}`}
          >
            {chosen}
            <ChevronDownIcon className="size-4 text-ink-3" aria-hidden="true" />
          </Button>
        }
      >
        <fieldset className="grid gap-2.5">
          <legend className="sr-only">What happened</legend>
          {APPROVAL_EVENT_TYPES.map((type) => (
            <Checkbox
              key={type}
              label={TYPE_LABELS[type]}
              checked={types.includes(type)}
              onCheckedChange={(checked) =>
                onChange(checked ? [...types, type] : types.filter((other) => other !== type))
              }
            />
          ))}
        </fieldset>
      </Popover>
    </div>
  );
}

/** Days are the reader's own; the last one is included. */
function DayFields({
  filters: { from, to },
  onChange,
}: {
  filters: AuditFilters;
  onChange: FilterBarProps['onChange'];
}) {
  const timeZone = useTimeZone();
  const first = from === undefined ? '' : dayIn(timeZone, Date.parse(from));
  const last = to === undefined ? '' : dayIn(timeZone, Date.parse(to) - 1);
  const toInstant = (day: string, plusDays = 0) =>
    isDay(day) ? new Date(startOfDayIn(timeZone, addDays(day, plusDays))).toISOString() : undefined;
  return (
    <div className="flex gap-3 max-sm:w-full max-sm:gap-2">
      <Field label="From" className="w-36 min-w-0 max-sm:flex-1">
        <Input
          type="date"
          value={first}
          {...(last === '' ? {} : { max: last })}
          onChange={(event) => onChange({ from: toInstant(event.target.value) })}
        />
      </Field>
      <Field label="Until" className="w-36 min-w-0 max-sm:flex-1">
        <Input
          type="date"
          value={last}
          {...(first === '' ? {} : { min: first })}
          onChange={(event) => onChange({ to: toInstant(event.target.value, 1) })}
        />
      </Field>
    </div>
  );
}
