import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandFailure } from '../command-failure';

interface SecretTerminal {
  stdin: Readable & { isTTY?: boolean | undefined; setRawMode?: (raw: boolean) => unknown };
  stderr: { write: (text: string) => unknown };
}

/** What a terminal sends for keys. */
const ENTER = ['\r', '\n', '\u0004'];
const INTERRUPT = '\u0003';
const ERASE = ['\u007f', '\b'];

/** Reads a secret that is not shown while it is typed; where nobody types, all of standard input. */
export async function readSecret({ stdin, stderr }: SecretTerminal, question: string): Promise<string> {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return (await text(stdin)).trim();
  stderr.write(question);
  stdin.setRawMode(true);
  try {
    return (await typed(stdin)).trim();
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

function typed(stdin: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let secret = '';
    const onData = (chunk: Buffer) => {
      for (const character of chunk.toString('utf8')) {
        if (character === INTERRUPT) return end(() => reject(new CommandFailure('Given up.')));
        if (ENTER.includes(character)) return end(() => resolve(secret));
        secret = ERASE.includes(character) ? secret.slice(0, -1) : secret + character;
      }
    };
    const end = (settle: () => void) => {
      stdin.off('data', onData);
      settle();
    };
    stdin.on('data', onData);
    stdin.once('end', () => end(() => resolve(secret)));
  });
}
