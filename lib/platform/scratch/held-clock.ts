import type { ScratchDatabase } from './scratch-database';

/**
 * Holds the hands of a scratch database's clock: `now_ms()`, by which everything is decided, says what it is told. The statements that ask
 * it are the real ones. It stands still until it is set.
 */
export async function holdClock(database: ScratchDatabase): Promise<(at: Date) => Promise<void>> {
  await database.query('CREATE TABLE held_clock (at timestamptz(3) NOT NULL)');
  await database.query('INSERT INTO held_clock VALUES (now_ms())');
  await database.query('GRANT SELECT ON held_clock TO PUBLIC');
  await database.query(
    'CREATE OR REPLACE FUNCTION now_ms() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT at FROM held_clock $$',
  );
  return async (at) => void (await database.query('UPDATE held_clock SET at = $1', [at]));
}
