/** A clock that a test sets: `now_ms()`, by which everything is decided, answers what it says. */
import type { Sql } from './people';

/**
 * Replaces the clock of this test's own database. The statements under test are the real ones; only the hands of the clock are held.
 * It stands still until it is set.
 */
export async function installFakeClock(sql: Sql): Promise<(at: Date) => Promise<void>> {
  await sql('CREATE TABLE fake_clock (at timestamptz(3) NOT NULL)');
  await sql('INSERT INTO fake_clock VALUES (now_ms())');
  await sql('GRANT SELECT ON fake_clock TO PUBLIC');
  await sql(
    `CREATE OR REPLACE FUNCTION now_ms() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT at FROM fake_clock $$`,
  );
  return async (at) => void (await sql('UPDATE fake_clock SET at = $1', [at]));
}
