import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundlePath } from './bundle.ts';
import { readSecrets } from './instance.ts';
import { explained, ROOT } from './layout.ts';

/** What `lib/cli/setup.ts` prints. What is not null was generated just now and is never to be seen again. */
interface SetUp {
  created: boolean;
  tenant: string;
  owner_email: string;
  owner_password: string | null;
  bootstrap_key: string | null;
}

/** The environment of every process of the instance. */
export function instanceEnv(databaseUrl: string, port: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...readSecrets(),
    NODE_ENV: process.env.NODE_ENV || 'production',
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: process.env.NEXTAUTH_URL || `http://localhost:${port}`,
    PORT: `${port}`,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

/** Makes the first owner and the first key where there are none, and prints, once, what was generated for them. */
export async function setUpInstance(env: NodeJS.ProcessEnv): Promise<SetUp> {
  const setUp = await runSetUp(env);
  if (setUp.created) console.log(describeFirstStart(setUp, env));
  return setUp;
}

async function runSetUp(env: NodeJS.ProcessEnv): Promise<SetUp> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bundlePath('setup')], { cwd: ROOT, env });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw explained('The first owner and key could not be set up.', said || String(error), error);
  }
}

function describeFirstStart(
  { tenant, owner_email, owner_password, bootstrap_key }: SetUp,
  env: NodeJS.ProcessEnv,
): string {
  const rule = '─'.repeat(78);
  const body = JSON.stringify({
    skill_id: 'payments.transfer',
    tenant_id: tenant,
    agent_id: 'billing-bot',
    payload: { amount_cents: 250_000, currency: 'EUR', to: 'Ada Ltd' },
    justification: 'Invoice 4711',
  });
  // In the default shell quotes: nothing of this contains a single quote.
  const curl = [
    `curl -sS http://localhost:${env.PORT}/api/v1/policy/requests`,
    `-H 'Authorization: Bearer ${bootstrap_key ?? `'"$COUNTERSIGN_BOOTSTRAP_KEY"'`}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${body}'`,
  ].join(' ');
  return [
    rule,
    'This is the first start. Keep what follows: it is shown this once.',
    '',
    `  Owner          ${owner_email}`,
    `  Password       ${owner_password ?? '(the one of COUNTERSIGN_OWNER_PASSWORD)'}`,
    `  Bootstrap key  ${bootstrap_key ?? '(the one of COUNTERSIGN_BOOTSTRAP_KEY)'}`,
    '',
    'A first request that needs a person, as soon as the console is up:',
    '',
    curl,
    rule,
  ].join('\n');
}
