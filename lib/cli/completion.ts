/** What a shell needs to know of the commands. */
export interface CommandWords {
  name: string;
  summary: string;
  options: readonly { flags: readonly string[]; description: string; takesValue: boolean; takesFile: boolean }[];
  /** What may stand behind the command: fixed words, a file, or something that no shell knows. */
  argument: { choices: readonly string[]; isFile: boolean } | null;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell, made from the commands. */
export function completionScript(shell: Shell, program: string, commands: readonly CommandWords[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](program, commands);
}

function bashScript(program: string, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const rows = commands.map(({ name, options, argument }) => {
    const words = [...(argument?.choices ?? []), ...options.flatMap(({ flags }) => flags)];
    return `    ${name}) words="${words.join(' ')}"${argument?.isFile ? '; files=1' : ''} ;;`;
  });
  const fileFlags = [...new Set(commands.flatMap(({ options }) => options.filter(({ takesFile }) => takesFile)))];
  const flags = [...new Set(fileFlags.flatMap((option) => option.flags))].join('|');
  return `# ${program} completion bash: source it from ~/.bashrc
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" files=0 word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
    "") words="${names} --json --help" ;;
${rows.join('\n')}
  esac
  case "$previous" in ${flags}) COMPREPLY=($(compgen -f -- "$current")); return ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files == 1 && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _${program} ${program}
`;
}

function zshScript(program: string, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary.replaceAll(':', '\\:')}`)}`);
  const rows = commands.map(({ name, options, argument }) => {
    const specs = options.flatMap(({ flags, description, takesValue, takesFile }) =>
      flags.map((flag) => {
        const value = takesFile ? ':file:_files' : takesValue ? ':value:' : '';
        return quote(`${flag}[${description.replace(/[[\]:\\]/g, '\\$&')}]${value}`);
      }),
    );
    const behind = argument === null ? [] : [quote(argument.isFile ? '1:file:_files' : zshArgument(argument.choices))];
    return `    ${name}) _arguments ${[...specs, ...behind].join(' ')} ;;`;
  });
  return `#compdef ${program}
# ${program} completion zsh: put it as _${program} into a folder of $fpath
_${program}() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '--json[print JSON; what goes wrong, too]' '--help[say how it is used]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${rows.join('\n')}
  esac
}
# Loaded from $fpath, the first Tab runs all of this file; sourced, it only makes the function known.
if [[ "\${funcstack[1]}" == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function zshArgument(choices: readonly string[]): string {
  return choices.length === 0 ? '1:id:' : `1:what:(${choices.join(' ')})`;
}

function fishScript(program: string, commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, summary, options, argument }) => {
    const inside = `complete -c ${program} -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...(argument?.choices ?? []).map((choice) => `${inside} -a ${quote(choice)}`),
      ...(argument?.isFile ? [`${inside} -F`] : []),
      ...options.map(({ flags, description, takesValue, takesFile }) => {
        const spelled = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = takesFile ? ' -r -F' : takesValue ? ' -x' : '';
        return `${inside} ${spelled.join(' ')}${value} -d ${quote(description)}`;
      }),
    ];
  });
  return `# ${program} completion fish: save it as ~/.config/fish/completions/${program}.fish
complete -c ${program} -f
complete -c ${program} -n __fish_use_subcommand -l json -d 'print JSON; what goes wrong, too'
complete -c ${program} -n __fish_use_subcommand -l help -d 'say how it is used'
${lines.join('\n')}
`;
}

/** In single quotes, as every shell reads them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
