/**
 * `npm run seed -- --scenario demo|empty [--tenant T]`: a tenant with people, and for `demo` four weeks of requests and a queue that waits.
 * Its people's password is generated and printed, once. A tenant that is there already is left as it is.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TenantId } from '@/lib/contracts';
import { newPassword } from '@/lib/platform/auth';
import { env, overrideEnv } from '@/lib/platform/env';
import { buildTenant } from './seed/build-tenant';
import { emailOf, PEOPLE, type Person, type PersonName } from './seed/people';
import { isScenario, SCENARIOS } from './seed/scenarios';

const USAGE = `Usage: npm run seed -- --scenario ${Object.keys(SCENARIOS).join('|')} [--tenant NAME]`;
const MIGRATIONS = path.resolve(path.dirname(process.argv[1] ?? ''), '../prisma/migrations');

async function main(): Promise<number> {
  const given = readArguments();
  if (typeof given === 'string') return wrong(given);
  const { scenario, tenant = scenario } = given;
  if (scenario === undefined || tenant === undefined || !isScenario(scenario)) return wrong('Name a scenario.');
  if (!TenantId.safeParse(tenant).success) return wrong('A tenant is a slug of lower-case letters, digits, - and _.');
  const address = env().NEXTAUTH_URL;
  // What the services say while they build is of no interest here.
  overrideEnv({ LOG_LEVEL: 'warn' });
  const password = newPassword();
  const seeded = await buildTenant(scenario, tenant, password, MIGRATIONS);
  if (seeded === null) {
    console.log(`The tenant ${tenant} is there already and was left as it is. Another one: --tenant NAME`);
    return 0;
  }
  console.log(
    [
      `The tenant ${tenant} is ready: ${Object.keys(PEOPLE).length} people, ${seeded.requests} requests, ${seeded.events} events.`,
      '',
      `Sign in at ${address} as any of them, with the password ${password}`,
      '',
      ...(Object.entries(PEOPLE) as [PersonName, Person][]).map(
        ([name, { role, level, job }]) =>
          `  ${emailOf(name, tenant).padEnd(28)} ${`${role}, level ${level}`.padEnd(20)} ${job}`,
      ),
    ].join('\n'),
  );
  return 0;
}

function readArguments(): { scenario: string | undefined; tenant: string | undefined } | string {
  try {
    const { values } = parseArgs({ options: { scenario: { type: 'string' }, tenant: { type: 'string' } } });
    return { scenario: values.scenario, tenant: values.tenant };
  } catch (error) {
    // The only thing that it throws is what is wrong with the arguments.
    return error instanceof Error ? error.message : String(error);
  }
}

function wrong(what: string): number {
  console.error(`${what}\n${USAGE}`);
  return 2;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
