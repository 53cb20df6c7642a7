import { Conv3nError } from '@conv3n/platform';
import type { Command } from 'commander';

interface Word {
  /** Commands before it, such as `workflow list`; empty at the top. */
  readonly path: string;
  readonly words: readonly { readonly name: string; readonly description: string }[];
}

/** A completion script made from the command tree. @throws Conv3nError `unknown_shell` */
export function completionScript(program: Command, shell: string): string {
  const levels = collect(program, '');
  switch (shell) {
    case 'bash':
      return bash(levels);
    case 'zsh':
      return `#compdef conv3n\nautoload -U +X bashcompinit && bashcompinit\n${bash(levels)}`;
    case 'fish':
      return fish(levels);
    default:
      throw new Conv3nError('unknown_shell', `There is no completion for "${shell}". Shells: bash, zsh, fish.`, {
        kind: 'invalid',
      });
  }
}

function collect(command: Command, path: string): readonly Word[] {
  const words = [
    ...command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    ...command.options.map((option) => ({ name: option.long ?? option.flags, description: option.description })),
  ];
  return [{ path, words }, ...command.commands.flatMap((child) => collect(child, `${path} ${child.name()}`.trim()))];
}

function bash(levels: readonly Word[]): string {
  const cases = levels
    .map(
      ({ path, words }) =>
        `    ${JSON.stringify(path)}) words=${JSON.stringify(words.map((word) => word.name).join(' '))} ;;`,
    )
    .join('\n');
  return `_conv3n() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) [ "$(wc -w <<<"$path")" -lt 2 ] && path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  else
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -o default -F _conv3n conv3n
`;
}

function fish(levels: readonly Word[]): string {
  const lines = levels.flatMap(({ path, words }) => {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((part) => `__fish_seen_subcommand_from ${part}`)
            .join('; and ');
    return words.map(({ name, description }) => {
      const what = name.startsWith('--') ? `-l ${name.slice(2)}` : `-a ${name}`;
      return `complete -c conv3n -n '${condition}' ${what} -d '${description.replaceAll("'", '')}'`;
    });
  });
  return `${lines.join('\n')}\n`;
}
