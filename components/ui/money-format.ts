const formatters = new Map<string, Intl.NumberFormat | null>();

/** Null where the code is not three letters: Intl throws then, and a payload may say anything. */
function formatterFor(currency: string): Intl.NumberFormat | null {
  const known = formatters.get(currency);
  if (known !== undefined) return known;
  const formatter = /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat('en-US', {
        style: 'currency',
        currency,
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
      })
    : null;
  formatters.set(currency, formatter);
  return formatter;
}

const plain = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Integer cents as a decimal string: exact where dividing by 100 would round. */
function toDecimal(cents: number): Intl.StringNumericLiteral {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}` as Intl.StringNumericLiteral;
}

/** Integer hundredths of a currency, always with both decimals: `formatMoney(250000, 'EUR')` is "€2,500.00". Without a currency, "2,500.00". */
export function formatMoney(cents: number, currency?: string | null): string {
  const code = currency?.toUpperCase() ?? '';
  const formatter = formatterFor(code);
  if (formatter) return formatter.format(toDecimal(cents));
  return [plain.format(toDecimal(cents)), code].filter(Boolean).join(' ');
}
