import { type CompletedCommand, optionCases, pathPatterns, prefix, quoted, type Values, wordsOf } from "./completed.ts";

/** The script of bash: it reads which command the words name, and what stands before the cursor. */
export const bash = (
  commands: readonly CompletedCommand[],
): string => `# Completion of slipway for bash, as \`slipway completion bash\` prints it.
_slipway_folders() {
  local path
  for path in $1; do
    if [ -e "$path" ]; then
      path=\${path%/*}
      printf '%s\\n' "\${path##*/}"
    fi
  done
}
_slipway_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  compopt -o filenames 2>/dev/null
}
_slipway() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command="" words="" index
  # An option and its value in one word are three here.
  if [ "$word" = "=" ]; then word=""; elif [ "$before" = "=" ]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
      ${pathPatterns(commands)}) command="$command \${COMP_WORDS[index]}" ;;
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${commands.flatMap((command) => optionCases(command, reply)).join("\n")}
    *)
      case "$command" in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
complete -F _slipway slipway
`;

function commandCase(command: CompletedCommand): string {
  const options = command.options.flatMap(({ names }) => names).join(" ");
  const words = wordsOf(command).map(({ word }) => word);
  const values = words.length > 0 ? { words } : (command.values ?? "unknown");
  return `        ${quoted(prefix(command.path))}) case "$word" in -*) ${reply({ words: [options] })} ;; *) ${reply(values)} ;; esac ;;`;
}

function reply(values: Values): string {
  if (typeof values === "object") return `words=${quoted(values.words.join(" "))}; ${matching("$words")}`;
  if (values === "environments") return matching('$(_slipway_folders "overlays/*/kustomization.yaml")');
  if (values === "apps") return matching(`$(_slipway_folders "dist/*/*/*.k8s.yaml" | sort -u | grep -vxE 'shared|argocd')`);
  return values === "files" ? '_slipway_files "$word"' : ":";
}

const matching = (list: string) => `COMPREPLY=($(compgen -W "${list}" -- "$word"))`;
