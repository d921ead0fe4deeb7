import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { ApprovalStatus } from '@/lib/domain/approval';
import { SignatureMark } from './signature-mark';
import type { SignatureSlot } from './signature-slots';

const MINE: SignatureSlot = { state: 'mine', level: 4 };
const OPEN: SignatureSlot = { state: 'open', level: null };
const SIGNED: SignatureSlot = { state: 'signed', name: 'Oz Demir', level: 2, at: null, note: null };

/** The hues of the lines, in their order. */
function hues(status: ApprovalStatus, ...slots: SignatureSlot[]): string[] {
  const drawn = renderToStaticMarkup(<SignatureMark status={status} slots={slots} />);
  return [...drawn.matchAll(/M[\d.]+ 15h[\d.]+" class="[^"]*?stroke-(act|open|esc|yes|no)\b/g)].map(
    ([, hue]) => hue ?? '',
  );
}

test('what waits keeps its state’s hue, whoever it waits for', () => {
  expect(hues('pending', MINE)).toEqual(['open']);
  expect(hues('escalated', MINE)).toEqual(['esc']);
  expect(hues('escalated', OPEN, MINE)).toEqual(['esc', 'esc']);
});

test('where others have signed, blue shows what is yours', () => {
  expect(hues('pending', SIGNED, MINE, OPEN)).toEqual(['yes', 'act', 'open']);
  expect(hues('escalated', SIGNED, MINE)).toEqual(['yes', 'act']);
});
