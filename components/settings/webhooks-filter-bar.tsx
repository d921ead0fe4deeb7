'use client';

import { ChevronDownIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';
import { Select } from '@/components/ui/select';
import { shortenId } from '@/components/ui/short-id-format';
import { VisibleText } from '@/components/ui/visible-text';
import { DELIVERY_STATUSES, type EndpointResource } from '@/lib/contracts';
import { isId } from '@/lib/domain/ids';
import { type DeliveryFilters, type FiltersChange, isFiltered } from './webhooks-filters';
import { DELIVERY_LOOKS, placeOf } from './webhooks-words';

interface FilterBarProps {
  filters: DeliveryFilters;
  endpoints: readonly EndpointResource[];
  onChange: (part: FiltersChange) => void;
  onClear: () => void;
}

/** How they stand, where they went, and about which request. */
export function DeliveriesFilterBar({ filters, endpoints, onChange, onClear }: FilterBarProps) {
  return (
    <search className="flex flex-wrap items-start gap-x-3 gap-y-2" aria-label="Filter deliveries">
      <StatusButton status={filters.status} onChange={(status) => onChange({ status })} />
      <EndpointField value={filters.endpoint} endpoints={endpoints} onChange={(endpoint) => onChange({ endpoint })} />
      <RequestField value={filters.request} onChange={(request) => onChange({ request })} />
      {isFiltered(filters) ? (
        <Button variant="plain" className="mt-6" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}

function StatusButton({
  status,
  onChange,
}: {
  status: DeliveryFilters['status'];
  onChange: (status: DeliveryFilters['status']) => void;
}) {
  const [only] = status;
  const chosen =
    only === undefined ? 'Any' : status.length === 1 ? DELIVERY_LOOKS[only].word : `${status.length} of them`;
  return (
    <div className="grid gap-1 max-sm:w-full">
      <span aria-hidden="true" className="font-medium text-13 text-ink-2">
        Status
      </span>
      <Popover
        label="Status"
        className="w-56!"
        trigger={
          <Button
            className="border-edge! bg-paper! px-2.5! font-normal! max-sm:*:flex-1 max-sm:*:justify-between"
            aria-label={`Status: ${chosen}`}
          >
            {chosen}
            <ChevronDownIcon className="size-4 text-ink-3" aria-hidden="true" />
          </Button>
        }
      >
        <fieldset className="grid gap-2.5">
          <legend className="sr-only">Status</legend>
          {DELIVERY_STATUSES.map((each) => (
            <Checkbox
              key={each}
              label={DELIVERY_LOOKS[each].word}
              checked={status.includes(each)}
              onCheckedChange={(wanted) =>
                onChange(DELIVERY_STATUSES.filter((other) => (other === each ? wanted : status.includes(other))))
              }
            />
          ))}
        </fieldset>
      </Popover>
    </div>
  );
}

const ANY = 'any';

function EndpointField({
  value,
  endpoints,
  onChange,
}: {
  value: string | undefined;
  endpoints: readonly EndpointResource[];
  onChange: (endpoint: string | undefined) => void;
}) {
  const known = endpoints.map(({ endpoint_id: id, url, description }) => ({
    value: id,
    label: <VisibleText text={placeOf(url)} />,
    hint: description === null ? null : <VisibleText text={description} />,
  }));
  // A request's own webhook, one that was removed, or one that is not read yet.
  const other = value !== undefined && !endpoints.some(({ endpoint_id: id }) => id === value) ? [value] : [];
  return (
    <Field label="Endpoint" className="w-full sm:w-72">
      <Select
        options={[
          { value: ANY, label: 'Any' },
          ...known,
          ...other.map((id) => ({ value: id, label: `Another, ${shortenId(id)}` })),
        ]}
        value={value ?? ANY}
        onValueChange={(next) => onChange(next === ANY ? undefined : next)}
      />
    </Field>
  );
}

/** An id is whole or wrong, so it is followed as soon as it is whole. */
function RequestField({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (request: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const [followed, setFollowed] = useState(value);
  if (value !== followed) {
    setFollowed(value);
    // Unless it only caught up with what is typed, the address changed by itself: back, a link, a cleared filter.
    if (value !== text.trim()) setText(value ?? '');
  }
  const [left, setLeft] = useState(false);
  const wanted = text.trim();
  const wrong = wanted !== '' && wanted !== value && !isId('request', wanted);
  return (
    <Field label="Request" className="w-full sm:w-72" error={left && wrong ? 'An id is req_ and 26 characters.' : null}>
      <Input
        type="search"
        mono
        className="text-13!"
        value={text}
        placeholder="Its id, in full"
        autoComplete="off"
        spellCheck={false}
        onBlur={() => setLeft(true)}
        onChange={(event) => {
          const typed = event.target.value;
          setText(typed);
          setLeft(false);
          const id = typed.trim();
          if (id === '') onChange(undefined);
          else if (isId('request', id)) onChange(id);
        }}
      />
    </Field>
  );
}
