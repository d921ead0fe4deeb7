// The way into every command. It runs before anything is installed, on whatever Node the machine has (20 and newer), and
// therefore imports nothing but Node's own modules. It installs what is missing, moves to the Node the project is written
// for, and then runs the command's TypeScript, which Node 24 executes as it is.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = [22, 12];
/** From here on Node runs TypeScript without being asked to. */
const STRIPS_TYPES_FROM = [22, 18];

/**
 * Runs `scripts/<command>.ts` with the arguments of this process.
 *
 * @param {string} command
 * @param {object} [options]
 * @param {boolean} [options.development] The command cannot do without the development dependencies.
 * @param {string[]} [options.first] Arguments that go before those of this process.
 */
export async function enter(command, { development = false, first = [] } = {}) {
  try {
    installMissing(development || process.env.NODE_ENV !== 'production');
    const node = wantedNode();
    if (node) return await handOver(node);
    const { main } = await import(new URL(`./${command}.ts`, import.meta.url).href);
    await main([...first, ...process.argv.slice(2)]);
  } catch (error) {
    // An error with `hint` was written for the person at the terminal; anything else is a fault whose stack is needed.
    console.error(error?.hint ? `\n${error.message}\n${error.hint}` : error);
    process.exitCode = 1;
  }
}

/** @param {boolean} development */
function installMissing(development) {
  const missing = firstMissing(development);
  if (!missing) return;
  console.log(`Installing packages (${missing}) …`);
  // Install scripts are not run: the one package that needs help gets it in postgres.ts, and one of the others would
  // download a binary that is never used from somewhere other than the package registry.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  args.push(development ? '--include=dev' : '--omit=dev');
  const npm = process.env.npm_execpath;
  const [file, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const result = spawnSync(file, [...first, ...args], { cwd: ROOT, stdio: 'inherit' });
  if (result.error)
    throw explained('npm could not be started.', `It is needed to install the packages: ${result.error}`);
  if (result.status !== 0) throw explained('The packages could not be installed.', 'What npm said is above.');
}

/**
 * Why the installed packages are not the ones of the lock file, or null when they are. npm writes what it installed into
 * node_modules/.package-lock.json; comparing the two needs no record of our own and sees an interrupted or a foreign
 * installation too.
 *
 * @param {boolean} development
 */
function firstMissing(development) {
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!installed) return 'none are installed yet';
  for (const [where, wanted] of Object.entries(readJson('package-lock.json')?.packages ?? {})) {
    if (where === '') continue;
    const found = installed[where];
    if (found && found.version !== wanted.version) return `${where.slice(13)} changed to ${wanted.version}`;
    if (found || wanted.optional || wanted.devOptional || (wanted.dev && !development)) continue;
    return `${where.slice(13)} is missing`;
  }
  return null;
}

/** The Node to move to, or null when this one will do. */
function wantedNode() {
  const packaged = path.join(ROOT, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  const isPackaged = existsSync(packaged) && realpathSync(packaged) === realpathSync(process.execPath);
  if (!isPackaged && spawnSync(packaged, ['--version']).status === 0) return packaged;
  if (!isAtLeast(LEAST_NODE)) {
    throw explained(
      `Countersign needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
      `Its own Node comes from npm on Linux x64 and arm64; on ${process.platform} ${process.arch} please install one from https://nodejs.org.`,
    );
  }
  return isAtLeast(STRIPS_TYPES_FROM) || process.execArgv.includes('--experimental-strip-types')
    ? null
    : process.execPath;
}

/**
 * Continues in another Node as a child, and ends as it does. The channel to it tells it when this process is gone.
 *
 * @param {string} node
 */
function handOver(node) {
  const options =
    node === process.execPath ? ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'] : [];
  const bin = path.join(ROOT, 'node_modules/.bin');
  const child = spawn(node, [...options, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve();
    });
  });
}

/** @param {readonly number[]} least */
function isAtLeast([major, minor]) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * @param {string} message
 * @param {string} hint
 */
function explained(message, hint) {
  return Object.assign(new Error(message), { hint });
}
