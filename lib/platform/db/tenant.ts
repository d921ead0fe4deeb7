import { prismaAs } from './client';
import type { Prisma } from './generated/client';

/** The client inside a transaction that sees one tenant. */
export type Tx = Prisma.TransactionClient;

/**
 * Runs `work` in one transaction behind row-level security: whatever it asks, it sees and changes this tenant only. Throwing rolls
 * everything back. Reads and everyday writes go through here; the few hot statements have their own file.
 */
export function inTenant<T>(actor: { tenantId: string }, work: (tx: Tx) => Promise<T>): Promise<T> {
  return prismaAs('countersign_app').$transaction(async (tx) => {
    await enterTenant(tx, actor.tenantId);
    return work(tx);
  });
}

/** From here on the transaction sees this tenant and no other. Only the making of a tenant needs it by itself. */
export async function enterTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`SELECT set_config('app.tenant', ${tenantId}, true)`;
}

/** The database's clock, cut to milliseconds, as of now. */
export async function databaseNow(tx: Tx): Promise<Date> {
  const [row] = await tx.$queryRaw<[{ at: Date }]>`SELECT now_ms() AS at`;
  return row.at;
}

/** The worker's client: crosses tenants, may touch only the worker's tables. */
export function asWorker() {
  return prismaAs('countersign_worker');
}
