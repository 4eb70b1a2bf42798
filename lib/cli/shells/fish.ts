import type { CompletedCommand, Values } from "./completed.ts";

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The script of fish. */
export const fish = (
  commands: readonly CompletedCommand[],
): string => `# Completion of slipway for fish, as \`slipway completion fish\` prints it.
function __slipway_command
    set -l command
    for word in (commandline -opc)[2..-1]
        if contains -- (string join -- ' ' $command $word) ${commands.flatMap(({ path }) => (path === "" ? [] : quoted(path))).join(" ")}
            set -a command $word
        end
    end
    test "$command" = "$argv"
end
function __slipway_environments
    for path in overlays/*/kustomization.yaml
        string split / $path | sed -n 2p
    end
end
function __slipway_apps
    for path in dist/*/*/*.k8s.yaml
        string split / $path | sed -n 3p
    end | sort -u | string match --invert --regex '^(shared|argocd)$'
end
complete --command slipway --no-files
${commands.flatMap(linesOf).join("\n")}
`;

function linesOf({ path, commands, options, values }: CompletedCommand): string[] {
  const at = `complete --command slipway --condition ${quoted(`__slipway_command ${path}`.trim())}`;
  return [
    ...commands.map(({ word, description }) => `${at} --arguments ${quoted(word)} --description ${quoted(description)}`),
    ...(values === undefined || values === "unknown" ? [] : [`${at} ${reply(values)}`]),
    ...options.map(({ names, description, values: after }) => {
      const named = names.map((name) => (name.startsWith("--") ? `--long-option ${name.slice(2)}` : `--short-option ${name.slice(1)}`));
      const taking = after === undefined ? "" : ` ${after === "files" ? "--require-parameter" : "--exclusive"} ${reply(after)}`;
      return `${at} ${named.join(" ")}${taking} --description ${quoted(description)}`;
    }),
  ];
}

function reply(values: Values): string {
  if (typeof values === "object") return `--arguments ${quoted(values.words.join(" "))}`;
  if (values === "files") return "--force-files";
  return values === "unknown" ? "" : `--arguments '(__slipway_${values})'`;
}
