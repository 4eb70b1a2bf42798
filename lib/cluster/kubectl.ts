import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorCode, isRecord } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";

/** What the API server answers: a text, that the account may not ask for it, that it isn't there, or that what serves it is down. */
type Answer = { readonly text: string } | { readonly refused: "forbidden" | "absent" | "down" };

/** Asks a cluster something, read-only. @throws InputError where no answer can be had, with what to do */
export type Ask = (...args: readonly string[]) => Promise<Answer>;

/** Which cluster is asked. */
export interface Connection {
  /** Name of a context of the kubeconfig. Default: its current one. */
  readonly context?: string | undefined;
  /** Path of the kubeconfig. Default: as kubectl finds it. */
  readonly kubeconfig?: string | undefined;
}

/** Bytes that an answer may have: the CustomResourceDefinitions of a large cluster many times over. */
const mostBytes = 1024 * 1024 * 1024;
/** Milliseconds after which kubectl is ended, whatever its own time limit does. */
const longest = 120_000;
/** Characters of an error that are shown. */
const mostShown = 300;

const run = promisify(execFile);

/** Asks through `kubectl get`, which has the credentials; arguments go to it as they are, through no shell. */
export function kubectl({ context, kubeconfig }: Connection): Ask {
  const connection = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
    "--request-timeout=60s",
  ];
  return async (...args) => {
    try {
      const asking = run("kubectl", ["get", ...args, ...connection], { maxBuffer: mostBytes, timeout: longest });
      // Without credentials kubectl would ask for a user's name.
      asking.child.stdin?.end();
      return { text: (await asking).stdout };
    } catch (error) {
      return refusalOf(error);
    }
  };
}

/** What the API server says of a request, as kubectl repeats it. */
const refusals: readonly (readonly [said: RegExp, refused: "forbidden" | "absent" | "down"])[] = [
  [/\(Forbidden\)/, "forbidden"],
  [/\(NotFound\)|doesn't have a resource type|could not find the requested resource/, "absent"],
  [/\(ServiceUnavailable\)|currently unable to handle the request/, "down"],
];

/** @throws InputError where kubectl couldn't ask */
function refusalOf(error: unknown): Answer {
  if (errorCode(error) === "ENOENT")
    throw new InputError([
      { message: "kubectl isn't installed, or isn't on the PATH", fix: "Install it: https://kubernetes.io/docs/tasks/tools/" },
    ]);
  const said = isRecord(error) && typeof error.stderr === "string" ? error.stderr : "";
  const refusal = refusals.find(([pattern]) => pattern.test(said));
  if (refusal) return { refused: refusal[1] };
  const last = said.trim().split("\n").at(-1)?.trim().slice(0, mostShown);
  throw new InputError([
    {
      message: `kubectl can't ask the cluster: ${last || "it failed without a message, or took too long"}`,
      fix: "Try `kubectl get namespaces` with the same --context and --kubeconfig; --context names a context of the kubeconfig.",
    },
  ]);
}
