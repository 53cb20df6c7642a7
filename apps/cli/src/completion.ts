import type { Argument, Command, Option } from 'commander';

/** Shells a script can be made for. */
export type Shell = 'bash' | 'zsh' | 'fish';

interface Word {
  readonly name: string;
  readonly description: string;
}

/** What can be typed after the commands of `path`, such as `workflow list`; the empty path is the top. */
interface Level {
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly Word[];
  /** Flags followed by a value, with the values to offer; none offers files. */
  readonly values: readonly { readonly flag: string; readonly choices: readonly string[] }[];
  /** Choices of any positional argument. */
  readonly choices: readonly string[];
}

/** A completion script made from the command tree. */
export function completionScript(program: Command, shell: Shell): string {
  const levels = levelsOf(program, program, '');
  switch (shell) {
    case 'bash':
      return bash(levels);
    case 'zsh':
      return `#compdef conv3n\nautoload -U +X bashcompinit && bashcompinit\n${bash(levels)}`;
    case 'fish':
      return fish(levels);
  }
}

function levelsOf(command: Command, program: Command, path: string): readonly Level[] {
  const options = command === program ? command.options : [...command.options, ...program.options];
  const level: Level = {
    path,
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    flags: [...options.map(flagOf), { name: '--help', description: 'show help' }],
    values: options
      .filter((option) => option.required)
      .map((option) => ({ flag: flagOf(option).name, choices: option.argChoices ?? [] })),
    choices: command.registeredArguments.flatMap((argument: Argument) => argument.argChoices ?? []),
  };
  return [level, ...command.commands.flatMap((child) => levelsOf(child, program, `${path} ${child.name()}`.trim()))];
}

function flagOf(option: Option): Word {
  return { name: option.long ?? option.flags, description: option.description };
}

function bash(levels: readonly Level[]): string {
  const paths = levels.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const words = levels.map(({ path, commands, flags, choices }) => {
    const plain = [...commands.map(({ name }) => name), ...choices].join(' ');
    return `    '${path}') words='${plain}' flags='${flags.map(({ name }) => name).join(' ')}' ;;`;
  });
  const values = levels.flatMap(({ path, values: known }) =>
    known.map(({ flag, choices }) => `    '${path} ${flag}') words='${choices.join(' ')}' value=1 ;;`),
  );
  return `_conv3n() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' words='' flags='' value='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${values.join('\n')}
  esac
  if [ -z "$value" ]; then
    case "$path" in
${words.join('\n')}
    esac
    case "$current" in -*) words="$flags" ;; esac
  fi
  COMPREPLY=()
  if [ -n "$words" ]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _conv3n conv3n
`;
}

function fish(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const line = (condition: string, rest: string) => `complete -c conv3n -n ${quoted(condition)} ${rest}`;
  return `${levels
    .flatMap(({ path, commands, flags, values, choices }) => {
      const above = path.split(' ').filter((part) => part !== '');
      const below = commands.map(({ name }) => name).join(' ');
      const here = [
        ...above.map((part) => `__fish_seen_subcommand_from ${part}`),
        ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`]),
      ].join('; and ');
      return [
        ...commands.map(({ name, description }) => line(here, `-f -a ${name} -d ${quoted(description)}`)),
        ...(choices.length === 0 ? [] : [line(here, `-f -a ${quoted(choices.join(' '))}`)]),
        ...flags.map(({ name, description }) => {
          const known = values.find(({ flag }) => flag === name);
          const offered = known && known.choices.length > 0 ? ` -f -a ${quoted(known.choices.join(' '))}` : '';
          const taken = known ? ` -r${offered}` : '';
          return line(here, `-l ${name.slice(2)}${taken} -d ${quoted(description)}`);
        }),
      ];
    })
    .join('\n')}\n`;
}
