import { posix } from 'node:path';
import { bashPromptCommand } from '../bashPrompt.ts';

// Tells VS Code where a prompt and a command begin and end, and in which folder, by its own escape sequences (OSC 633).
// All of it comes to the shell in its environment and arguments: no file of the person or of the image is changed. A
// folder whose name would have to be escaped is not told.

/** Before every prompt of a bash. One that is started in it inherits it, and does the same. */
const bashIntegration = [
  '__cordon_code=$?',
  `{ ${bashPromptCommand}; }`,
  String.raw`[[ $PS1 == *'633;A'* ]] || { PS1='\[\e]633;A\a\]'$PS1'\[\e]633;B\a\]'; PS0='\e]633;C\a'$PS0; }`,
  String.raw`printf '\e]633;D;%s\a' "$__cordon_code"`,
  String.raw`[[ $PWD == *[\;\\]* ]] || printf '\e]633;P;Cwd=%s\a' "$PWD"`,
].join('; ');

/** Before a fish becomes interactive. */
const fishIntegration = String.raw`
function __cordon_prompt --on-event fish_prompt
  string match -qr '[;\\\\]' -- $PWD; or printf '\e]633;P;Cwd=%s\a' $PWD
  printf '\e]633;A\a'
end
functions --copy fish_prompt __cordon_fish_prompt 2>/dev/null
or function __cordon_fish_prompt
  printf '%s> ' $PWD
end
function fish_prompt
  __cordon_fish_prompt
  printf '\e]633;B\a'
end
function __cordon_begin --on-event fish_preexec
  printf '\e]633;C\a'
end
function __cordon_end --on-event fish_postexec
  printf '\e]633;D;%s\a' $status
end`;

/** The `.zshrc` of a folder in memory, to which zsh is sent: it takes commands for its start from nowhere else. */
const zshrc = String.raw`
rm -f -- $ZDOTDIR/.zshrc; rmdir -- $ZDOTDIR
ZDOTDIR=$CORDON_ZDOTDIR; unset CORDON_ZDOTDIR CORDON_ZSHRC
[[ -n $ZDOTDIR ]] || unset ZDOTDIR
if [[ -n $ZDOTDIR && -f $ZDOTDIR/.zshrc ]]; then . $ZDOTDIR/.zshrc
elif [[ -z $ZDOTDIR && -f $HOME/.zshrc ]]; then . $HOME/.zshrc
fi
__cordon_precmd() {
  printf '\e]633;D;%s\a' $?
  [[ $PWD == *[\;\\]* ]] || printf '\e]633;P;Cwd=%s\a' $PWD
  [[ $PS1 == *'633;A'* ]] || PS1=$'%{\e]633;A\a%}'$PS1$'%{\e]633;B\a%}'
}
__cordon_preexec() { printf '\e]633;C\a'; }
precmd_functions=(__cordon_precmd $precmd_functions)
preexec_functions+=(__cordon_preexec)
`;

const zshStart = [
  'if d=$(mktemp -d 2>/dev/null) && printf %s "$CORDON_ZSHRC" >"$d/.zshrc"',
  'then export CORDON_ZDOTDIR="$ZDOTDIR" ZDOTDIR="$d"; fi',
  'exec "$0"',
].join('\n');

/**
 * fish puts a pipe into the folder that it is started in where it has no usable runtime folder, and it knows of no other
 * for a user who has no name in the image.
 */
const fishStart = [
  'if d=$(mktemp -d 2>/dev/null); then export XDG_RUNTIME_DIR="$d"; fi',
  'exec "$0" --init-command "$1"',
].join('\n');

/** How a shell is started so that it tells of its commands; one that cannot is started as it is. */
export function withIntegration(shell: string): {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  switch (posix.basename(shell)) {
    case 'bash':
      return { command: [shell], env: { PROMPT_COMMAND: bashIntegration } };
    case 'fish':
      return { command: ['sh', '-c', fishStart, shell, fishIntegration], env: {} };
    case 'zsh':
      return { command: ['sh', '-c', zshStart, shell], env: { CORDON_ZSHRC: zshrc } };
    default:
      return { command: [shell], env: {} };
  }
}
