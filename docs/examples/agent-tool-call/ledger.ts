import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Where this example keeps what it has paid. A real one calls its bank, with the request’s id as the idempotency key. */
const LEDGER = process.env.LEDGER ?? 'ledger.jsonl';

export interface Payment {
  invoice: string;
  to: string;
  amount_cents: number;
  currency: string;
}

/** Pays once for each key, however often it is called, and gives the receipt. */
export async function pay(idempotencyKey: string, payment: Payment): Promise<string> {
  const paid = existsSync(LEDGER) ? readFileSync(LEDGER, 'utf8') : '';
  if (!paid.includes(`"${idempotencyKey}"`)) {
    appendFileSync(LEDGER, `${JSON.stringify({ receipt: idempotencyKey, ...payment })}\n`);
  }
  return idempotencyKey;
}
