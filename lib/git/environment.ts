/**
 * Variables of git that say how a server is reached and who asks. Every other `GIT_*` variable is dropped: git sets GIT_DIR, GIT_WORK_TREE,
 * GIT_INDEX_FILE and more for hooks, aliases, `rebase --exec` and `bisect run`, and each of them would lead a command of ours to another
 * repository, index or configuration (`git rev-parse --local-env-vars` lists them).
 */
const kept =
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|PROXY_COMMAND|SSL_[A-Z_]+|HTTP_[A-Z_]+|PROTOCOL_FROM_USER|ALLOW_PROTOCOL|TRACE.*|EXEC_PATH)$/;

/** Where the operator's own configuration of git is looked for. */
const configuration = /^GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)$/;

type Variables = Readonly<Record<string, string>>;

/** Git answers in English, asks nobody, and takes paths as they are. */
const fixed: Variables = { LC_ALL: "C", LANGUAGE: "", GIT_TERMINAL_PROMPT: "0", GIT_LITERAL_PATHSPECS: "1", GIT_OPTIONAL_LOCKS: "0" };

function selected(environment: NodeJS.ProcessEnv, isKept: (name: string) => boolean): Record<string, string> {
  const pairs = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && (!name.startsWith("GIT_") || isKept(name)) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(pairs), ...fixed };
}

/** The environment in which git looks at the operator's clone: its configuration counts, inherited variables of a repository don't. */
export const environmentOfClone = (environment: NodeJS.ProcessEnv): Variables =>
  selected(environment, (name) => kept.test(name) || configuration.test(name));

/**
 * The environment of a repository of our own: no configuration of the machine's or the operator's counts, but for what is given.
 * @param globalConfig path of the file that stands for the global configuration
 * @param settings configuration for this command alone; it goes by variables, since values may hold credentials
 */
export function environmentApart(
  environment: NodeJS.ProcessEnv,
  globalConfig: string,
  settings: readonly (readonly [key: string, value: string])[],
): Variables {
  return {
    ...selected(environment, (name) => kept.test(name)),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: globalConfig,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
