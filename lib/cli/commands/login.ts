import type { Command } from 'commander';
import type { MeResource } from '@/lib/contracts';
import { codeFromBrowser, openInBrowser } from '../browser-login';
import type { Cli } from '../cli';
import { wrongUsage } from '../command-failure';
import { forgetLogin, loginsFile, saveLogin } from '../saved-logins';
import { connect, type Server } from '../server';
import { plainLine } from '../terminal/plain-text';
import { readSecret } from '../terminal/secret';

interface Options {
  json?: boolean;
  token?: boolean;
  browser: boolean;
}

/** `login`, `logout`, `whoami`. */
export function addLogin(program: Command, cli: Cli): void {
  program
    .command('login')
    .summary('keep a key for a server')
    .description(
      'Opens the browser, where you sign in and allow it, and keeps a key that acts as you for a week; with --token, a key that you have. It is readable for this account alone and shown to no other server than this (COUNTERSIGN_URL). COUNTERSIGN_TOKEN goes before a kept key.',
    )
    .option(
      '--token',
      'read an API key from the terminal, or from standard input, instead of asking the browser for one',
    )
    .option('--no-browser', 'only print the address that is to be opened')
    .action(async (_: unknown, command: Command) => {
      const { json, token, browser } = command.optsWithGlobals<Options>();
      const { url } = await cli.server();
      const key = token ? await typedKey(cli, url) : await keyFromBrowser(cli, url, browser);
      const server = { url, token: key };
      const me = await cli.patiently(() => connect(server, cli.env.role).getMe());
      await saveLogin(cli.env.configHome, url, key);
      if (json) cli.json({ url, ...me });
      else cli.stdout.write(describeMe(server, me));
      cli.note(`Kept in ${loginsFile(cli.env.configHome)}`);
      if (cli.env.token !== null) cli.note('COUNTERSIGN_TOKEN is set, and goes before it.');
    });
  program
    .command('logout')
    .summary('forget the key of a server')
    .description('Forgets the key that login has kept. The key itself lives until it expires or is revoked.')
    .action(async (_: unknown, command: Command) => {
      const { url } = await cli.server();
      const forgotten = await forgetLogin(cli.env.configHome, url);
      if (command.optsWithGlobals<Options>().json) cli.json({ url, forgotten });
      else cli.stdout.write(forgotten ? `The key for ${url} is forgotten.\n` : `There is no key for ${url}.\n`);
    });
  program
    .command('whoami')
    .summary('who this key is, and what it may do')
    .description('Says who the server takes this key for: the tenant, role and level, after USER_RBAC_ROLE.')
    .action(async (_: unknown, command: Command) => {
      const server = await cli.server();
      const client = await cli.client();
      const me = await cli.patiently(() => client.getMe());
      if (command.optsWithGlobals<Options>().json) cli.json({ url: server.url, ...me });
      else cli.stdout.write(describeMe(server, me));
    });
}

async function typedKey(cli: Cli, url: string): Promise<string> {
  const key = await readSecret(cli, `API key for ${url}: `);
  if (key === '') throw wrongUsage('No key was given.');
  return key;
}

async function keyFromBrowser(cli: Cli, url: string, opens: boolean): Promise<string> {
  const show = (address: string) => {
    cli.note('Sign in and allow it here:');
    cli.stderr.write(`  ${address}\n\n`);
    if (opens && cli.stderr.isTTY) openInBrowser(address);
  };
  const { code, verifier } = await codeFromBrowser({ url, show });
  // No key and no role yet: the code says who this is. It is good once, so the call is not repeated.
  const { key } = await connect({ url, token: null }, null).finishCliLogin({ body: { code, code_verifier: verifier } });
  return key;
}

function describeMe({ url }: Server, { name, email, tenant_id: tenant, role, level, scopes }: MeResource): string {
  const who = email === null || email === name ? name : `${name} (${email})`;
  const what = role === null ? 'a service key, which decides nothing' : `${role}, level ${level}`;
  return `${plainLine(who)} at ${url}, tenant ${tenant}: ${what}\nMay: ${scopes.join(', ')}\n`;
}
