import { AppError } from '@/lib/domain/errors';
import { toPointer } from '@/lib/domain/pointer';

/** As a number is written: digits alone, without fraction or exponent. */
const INTEGER = /^-?\d+$/;

/**
 * An integer too large for a JSON number is stored as its neighbour: somebody would approve another amount than was asked for. What is
 * written with a fraction or an exponent says itself that it is not exact.
 */
function assertExactIntegers(text: string): void {
  if (!/\d{16}/.test(text)) return;
  const inexact = {};
  const root: unknown = JSON.parse(text, (_, value, context?: { source?: string }) => {
    const isInexact = typeof value === 'number' && !Number.isSafeInteger(value) && INTEGER.test(context?.source ?? '');
    return isInexact ? inexact : value;
  });
  const stack = [{ value: root, pointer: '' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, pointer } = next;
    if (value === inexact) {
      const detail = 'The integer is beyond ±(2^53 − 1) and would be rounded; send it as a text';
      throw new AppError('input/invalid', { errors: [{ pointer, detail }] });
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value))
      stack.push({ value: member, pointer: `${pointer}${toPointer([key])}` });
  }
}

/**
 * Reads JSON. `assertExact` refuses integers that were rounded; it is asked once the value is known to be of a reasonable size.
 * @throws AppError `http/not-json`; `assertExact`: `input/invalid` with a pointer.
 */
export function parseJson(text: string): { value: unknown; assertExact: () => void } {
  try {
    return { value: JSON.parse(text), assertExact: () => assertExactIntegers(text) };
  } catch (error) {
    throw new AppError('http/not-json', { cause: error });
  }
}
