import { type CompletedCommand, optionCases, pathPatterns, prefix, quoted, type Values, type Word, wordsOf } from "./completed.ts";

/** The script of zsh: to be read by the shell, or to lie as _slipway in a folder of its fpath. */
export const zsh = (commands: readonly CompletedCommand[]): string => `#compdef slipway
# Completion of slipway for zsh, as \`slipway completion zsh\` prints it.
_slipway() {
  setopt localoptions extendedglob
  local -a found
  local before=$words[CURRENT-1] command="" index
  for ((index = 2; index < CURRENT; index++)); do
    case "$command $words[index]" in
      ${pathPatterns(commands)}) command="$command $words[index]" ;;
    esac
  done
  case "$command $before" in
${commands.flatMap((command) => optionCases(command, reply)).join("\n")}
    *)
      case "$command" in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _slipway ]]; then
  _slipway "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _slipway slipway
fi
`;

function commandCase(command: CompletedCommand): string {
  const options = command.options.flatMap(({ names, description }) => names.map((word) => ({ word, description })));
  const words = wordsOf(command);
  const values = words.length > 0 ? described(words) : reply(command.values ?? "unknown");
  return `        ${quoted(prefix(command.path))}) if [[ $words[CURRENT] == -* ]]; then ${described(options)}; else ${values}; fi ;;`;
}

const described = (words: readonly Word[]) =>
  `found=(${words.map(({ word, description }) => quoted(description === "" ? word : `${word}:${description}`)).join(" ")}); _describe slipway found`;

function reply(values: Values): string {
  if (typeof values === "object") return described(values.words.map((word) => ({ word, description: "" })));
  if (values === "environments") return "found=(overlays/*/kustomization.yaml(N:h:t)); _describe environment found";
  if (values === "apps") return "found=(dist/*/^(shared|argocd)/*.k8s.yaml(N:h:t)); typeset -U found; _describe app found";
  return values === "files" ? "_files" : ":";
}
