import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

type Oklch = readonly [lightness: number, chroma: number, hue: number];

/** The tokens as they stand in the stylesheet: `--name: light-dark(oklch(L% C H), oklch(L% C H));` */
function readTokens(): Map<string, { light: Oklch; dark: Oklch }> {
  const color = String.raw`oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)`;
  const pattern = new RegExp(String.raw`--([\w-]+): light-dark\(${color}, ${color}\);`, 'g');
  return new Map(
    [...css.matchAll(pattern)].map(([, name, ...numbers]) => {
      const [l1, c1, h1, l2, c2, h2] = numbers.map(Number) as [number, number, number, number, number, number];
      return [name ?? '', { light: [l1 / 100, c1, h1], dark: [l2 / 100, c2, h2] }];
    }),
  );
}

/** Relative luminance (WCAG 2.2) by way of linear sRGB; matrices from Björn Ottosson's OKLab. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (channel: number) => Math.min(1, Math.max(0, channel));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: Oklch, other: Oklch): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const tokens = readTokens();
const grounds = ['paper', 'surface', 'sunk', 'float', 'act-soft'];
const inks = ['ink', 'ink-2', 'ink-3', 'act', 'act-strong', 'open', 'esc', 'yes', 'no'];
const softs = ['open', 'esc', 'yes', 'no'];

const text = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...softs.flatMap((hue) => [
    [hue, `${hue}-soft`] as const,
    ['ink', `${hue}-soft`] as const,
    ['ink-2', `${hue}-soft`] as const,
  ]),
  ['act-ink', 'act'] as const,
  ['act-ink', 'act-strong'] as const,
  ['ink-3', 'sunk'] as const,
];
const outlines = ['paper', 'surface', 'float'].flatMap((ground) =>
  ['edge', 'act', 'open', 'esc', 'yes', 'no'].map((mark) => [mark, ground] as const),
);

function contrast(front: string, back: string, theme: 'light' | 'dark'): number {
  const [one, other] = [tokens.get(front), tokens.get(back)];
  if (!one || !other) throw new Error(`No such token: ${one ? back : front}`);
  return ratio(one[theme], other[theme]);
}

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(text)('%s can be read on %s', (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(outlines)('%s can be made out on %s', (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});
