'use client';

import { type RefObject, useEffect, useRef } from 'react';

/** Where a form says that something is wrong: a control by itself, or a group of them. */
const WRONG = '[aria-invalid="true"], [data-invalid="true"] :is(input, button):not(:disabled)';

/** Leads to the first field that is wrong, whenever another answer says so: it may be out of sight, or out of hearing. */
export function useFocusOnFault(errors: Readonly<Record<string, string>>): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const said = JSON.stringify(errors);
  useEffect(() => {
    if (said !== '{}') form.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [said]);
  return form;
}

/** Gives the focus to what has just taken the place of what had it. */
export function useFocusOnMount<Element extends HTMLElement>(): RefObject<Element | null> {
  const element = useRef<Element>(null);
  useEffect(() => element.current?.focus(), []);
  return element;
}
