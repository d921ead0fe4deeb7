import { type Act, later } from './acts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** What the run of a week's payments is started with. */
function invoices(...amounts: number[]) {
  return {
    invoices: amounts.map((amount_cents, n) => ({ number: `INV-${27_410 + n}`, amount_cents })),
    total_cents: amounts.reduce((total, amount) => total + amount, 0),
  };
}

/** Runs of the company: two that went well, one that nobody wanted, one that was refused, and one that waits for somebody. */
export function runsOf(now: Date): Act[] {
  const at = (minutesAgo: number) => later(now, -minutesAgo);
  const valueDate = (minutesAgo: number) => later(at(minutesAgo), DAY).toISOString().slice(0, 10);
  const weekly = { does: 'start', by: 'ines', dag: 'weekly_payment_run' } as const;
  return [
    { ...weekly, at: at(14 * DAY), run: 1, params: invoices(412_050, 88_900, 1_204_000) },
    {
      at: at(14 * DAY - 41),
      does: 'sign',
      run: 1,
      by: 'ada',
      text: 'Sum agrees with the ledger',
      data: { value_date: valueDate(14 * DAY), account: 'Operating' },
    },
    {
      at: at(11 * DAY),
      does: 'start',
      run: 2,
      by: 'tom',
      dag: 'campaign_scale_up',
      params: { cluster: 'search-eu', nodes: 20 },
    },
    { at: at(11 * DAY - 95), does: 'refuse', run: 2, by: 'marek', text: 'The campaign is a tenth of the last one' },
    { ...weekly, at: at(7 * DAY), run: 3, params: invoices(96_500, 640_000) },
    {
      at: at(7 * DAY - 18),
      does: 'sign',
      run: 3,
      by: 'ada',
      text: 'Fine',
      data: { value_date: valueDate(7 * DAY), account: 'Reserve', note: 'Brightwater asked for the reserve account' },
    },
    { at: at(2 * DAY), does: 'start', run: 4, by: 'tom', dag: 'access_review', params: { quarter: '2026-Q4' } },
    {
      at: at(2 * DAY - 130),
      does: 'refuse',
      run: 4,
      by: 'marek',
      text: 'Two contractors of Kestrel are missing in the list; run it again with them',
    },
    { ...weekly, at: at(47), run: 5, params: invoices(318_040, 1_248_000, 77_300, 54_990) },
  ];
}
