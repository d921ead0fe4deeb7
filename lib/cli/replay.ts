/**
 * `npm run replay -- FILE [--cases N] [--url URL] [--concurrency N] [--key K]`: plays an approval log through the HTTP API, as callers and
 * approvers would, and compares how every submission ended in the log with how it ended in the system.
 *
 * The log has one case a line (BPI Challenge 2020, domestic travel declarations, in the shape of `replay/log.ts`; it is not part of the
 * repository). How a log is read is written at `toScript`; why, in docs/decisions/0014-how-a-log-is-replayed.md. Everything happens in
 * a tenant of this run's own. `--key` is a key that may make tenants, members and keys; without it COUNTERSIGN_TOKEN or
 * COUNTERSIGN_BOOTSTRAP_KEY is used. Ends with 1 when an outcome differs, a call fails or an answer is not the expected one.
 */
import { parseArgs } from 'node:util';
import { isApiProblem } from '@/lib/client';
import { commandLineEnv } from '@/lib/platform/env';
import { connector, foundCompany } from './replay/company';
import { readLog } from './replay/log';
import { play } from './replay/play';
import { describeFindings, isClean } from './replay/report';
import { peopleNeeded, toScript } from './replay/script';

const USAGE = 'Usage: npm run replay -- FILE [--cases N] [--url URL] [--concurrency N] [--key KEY]';

interface Options {
  file: string;
  cases: number;
  url: string;
  key: string;
  concurrency: number;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    return 2;
  }
  const scripts = (await readLog(options.file, options.cases)).map(toScript);
  const connect = connector(options.url);
  const tenantId = `replay-${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}-${process.pid}`;
  const company = await foundCompany(connect(options.key), connect, tenantId, peopleNeeded(scripts));
  console.log(`Playing ${scripts.length} cases at ${options.url} in the tenant ${tenantId} …`);
  const findings = await play(scripts, company, options.concurrency);
  console.log(describeFindings(findings));
  return isClean(findings) ? 0 : 1;
}

/** The options, or what is wrong with them. */
function readOptions(): Options | string {
  const env = commandLineEnv();
  const given = readArguments();
  if (typeof given === 'string') return given;
  const { values, positionals } = given;
  const [file, ...more] = positionals;
  const url = values.url ?? env.url;
  const key = values.key ?? env.token;
  const cases = values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases);
  const concurrency = Number(values.concurrency);
  if (file === undefined || more.length > 0) return 'Name one log.';
  if (!(cases >= 1)) return '--cases is a number from 1.';
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 200) return '--concurrency is 1 to 200.';
  if (url === null) return 'No instance is running here: npm start, or name one with --url.';
  if (key === null)
    return 'A key is needed that may make a tenant: --key, or COUNTERSIGN_TOKEN. The first start printed one.';
  return { file, cases, url: url.replace(/\/+$/, ''), key, concurrency };
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        cases: { type: 'string' },
        url: { type: 'string' },
        concurrency: { type: 'string', default: '8' },
        key: { type: 'string' },
      },
    });
  } catch (error) {
    // The only thing that it throws is what is wrong with the arguments.
    return error instanceof Error ? error.message : String(error);
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(isApiProblem(error) ? `${error.status} ${error.code}: ${error.message}` : error);
    process.exitCode = 1;
  },
);
