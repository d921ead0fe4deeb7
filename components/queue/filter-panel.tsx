'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useTimeZone } from '@/components/ui/clock';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { LevelGlyph } from '@/components/ui/level';
import { Select } from '@/components/ui/select';
import type { PolicyType } from '@/lib/domain/policy';
import { formatDay, startOfDay } from './day';
import { changeFilters, PANEL_FILTERS, type QueueFilters } from './filters';

const ANY = 'any';

const TYPES = [
  { value: ANY, label: 'Any' },
  { value: 'cost', label: 'Cost' },
  { value: 'capability', label: 'Capability' },
  { value: 'resource', label: 'Resource' },
  { value: 'rate_limit', label: 'Rate limit' },
] as const satisfies readonly { value: PolicyType | typeof ANY; label: string }[];

const LEVELS = [
  { value: ANY, label: 'Any' },
  ...[1, 2, 3, 4, 5].map((level) => ({
    value: String(level),
    label: (
      <span className="inline-flex items-baseline gap-2">
        <LevelGlyph level={level} labelled /> {level}
      </span>
    ),
  })),
];

/** The filters that are not typed into the search field. They count when they are applied, all at once. */
export function FilterPanel({ filters, onApply }: { filters: QueueFilters; onApply: (filters: QueueFilters) => void }) {
  const timeZone = useTimeZone();
  const day = (at: string | undefined, backMs = 0) => (at ? formatDay(Date.parse(at) - backMs, timeZone) : '');
  const [skill, setSkill] = useState(filters.skill ?? '');
  const [agent, setAgent] = useState(filters.agent ?? '');
  const [type, setType] = useState<PolicyType | typeof ANY>(filters.type ?? ANY);
  const [level, setLevel] = useState(filters.level === undefined ? ANY : String(filters.level));
  const [from, setFrom] = useState(day(filters.after));
  const [until, setUntil] = useState(day(filters.before, 1));

  const apply = (event: FormEvent) => {
    event.preventDefault();
    onApply(
      changeFilters(filters, {
        skill: skill.trim(),
        agent: agent.trim(),
        type: type === ANY ? undefined : type,
        level: level === ANY ? undefined : Number(level),
        after: startOfDay(from) ?? undefined,
        before: startOfDay(until, 1) ?? undefined,
      }),
    );
  };
  const clear = () =>
    onApply(changeFilters(filters, Object.fromEntries(PANEL_FILTERS.map((name) => [name, undefined]))));
  return (
    <form onSubmit={apply} className="grid gap-3">
      <Field label="Skill">
        <Input value={skill} onChange={(event) => setSkill(event.target.value)} placeholder="payments.transfer" mono />
      </Field>
      <Field label="Agent">
        <Input value={agent} onChange={(event) => setAgent(event.target.value)} placeholder="billing-bot" mono />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Kind of policy">
          <Select options={TYPES} value={type} onValueChange={setType} />
        </Field>
        <Field label="Level">
          <Select options={LEVELS} value={level} onValueChange={setLevel} />
        </Field>
      </div>
      <Field label="Asked from">
        <Input type="date" value={from} max={until} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="Asked until">
        <Input type="date" value={until} min={from} onChange={(event) => setUntil(event.target.value)} />
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="plain" onClick={clear}>
          Clear
        </Button>
        <Button type="submit" variant="act">
          Apply
        </Button>
      </div>
    </form>
  );
}
