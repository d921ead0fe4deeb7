/** The completion scripts, each in the shell that it is for. A shell that is not installed is named in the report; `npm test` brings them where it can. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cliProgram } from '@/lib/testing/cli-process';

const cli = cliProgram();
const place = (name: string) => path.join(cli.configHome, name);
const run = (file: string, args: string[]) => {
  const { stdout, stderr, status, error } = spawnSync(file, args, {
    encoding: 'utf8',
    cwd: place('desk'),
    env: { PATH: process.env.PATH, HOME: cli.configHome, TERM: 'dumb', LC_ALL: 'C.UTF-8', NODE_ENV: 'test' },
    timeout: 60_000,
  });
  if (error) throw error;
  return { stdout, stderr, status };
};

/** The words that a shell offers behind what was typed. */
const SHELLS: Record<string, (typed: string) => string[]> = {
  bash(typed) {
    const words = typed.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const line = `source ${place('bash')}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _countersign; printf '%s\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = run('bash', ['--norc', '-c', line]);
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  },
  fish(typed) {
    const { stdout, stderr } = run('fish', ['--no-config', '-c', `source ${place('fish')}; complete -C '${typed}'`]);
    expect(stderr).toBe('');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t')[0] ?? '');
  },
  zsh(typed) {
    const { stdout } = run('zsh', ['-f', place('ask.zsh'), typed]);
    return [...stdout.matchAll(/offer:(\S+)/g)].map(([, word = '']) => word);
  },
};

/**
 * Completion exists only in an interactive zsh: one is started on a terminal of its own, and `compadd`, by which every word is offered, says
 * them. The terminal shows what is typed as well, so no command has its own marks as they are printed. The script lies in `fpath`, as its first lines say, so that the very first Tab is what loads it.
 */
const ASK_ZSH = (folder: string) => `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; fpath=(${folder} $fpath); autoload -Uz compinit; compinit -D -u'
zpty -w shell 'bindkey "^I" complete-word; zstyle ":completion:*" insert-tab false; zstyle ":completion:*" list-separator ""'
zpty -w shell 'compadd () {
  typeset -a hits
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
  builtin compadd -A hits "$@"
  for hit in $hits; do echo "of""fer:$hit"; done
}'
zpty -w shell 'finish () { echo do""ne:here; exit }; comppostfuncs=(finish); echo be""gin:here'
zpty -r -m shell line '*begin:here*'
zpty -w -n shell "$1"$'\\t'
zpty -r -m shell line '*done:here*' && print -r -- "$line"
`;

beforeAll(async () => {
  mkdirSync(place('desk/answers'), { recursive: true });
  writeFileSync(place('desk/rules.yaml'), '');
  mkdirSync(place('zsh-functions'));
  for (const shell of Object.keys(SHELLS)) writeFileSync(place(shell), (await cli.run(['completion', shell])).stdout);
  writeFileSync(place('zsh-functions/_countersign'), (await cli.run(['completion', 'zsh'])).stdout);
  writeFileSync(place('ask.zsh'), ASK_ZSH(place('zsh-functions')));
});

describe.each(Object.entries(SHELLS))('%s', (shell, complete) => {
  const has = spawnSync(shell, ['--version']).error === undefined;
  test.skipIf(!has)('reads its script without a word of complaint', () => {
    expect(run(shell, ['-n', place(shell)])).toEqual({ stdout: '', stderr: '', status: 0 });
  });

  test.skipIf(!has).each<[string, string[]]>([
    ['countersign ap', ['apply', 'approve']],
    ['countersign --js', ['--json']],
    ['countersign export orch', ['orchestrator_events.jsonl', 'orchestrator_state.jsonl']],
    ['countersign approve req_1 --k', ['--kv']],
    ['countersign list --js', ['--json']],
    ['countersign completion f', ['fish']],
    ['countersign apply -f ru', ['rules.yaml']],
    ['countersign verify ru', ['rules.yaml']],
    ['countersign export events.csv -o ru', ['rules.yaml']],
    ['countersign nonsense ', []],
  ])('%s', (typed, words) => {
    expect(complete(typed).sort()).toEqual(words);
  });
});
