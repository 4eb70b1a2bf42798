import { spawnSync } from "node:child_process";
import { InputError } from "../problem/index.ts";

/** What a chart is rendered with, whoever asks for it. */
export interface TemplateOptions {
  /** Minor version that the chart is rendered for, as 1.34. */
  readonly kubernetes: string;
  /** Namespace of the release. Default: Helm's own. */
  readonly namespace?: string;
}

/**
 * The options of `helm template` that every rendering has: with CRDs, without tests, for a version of Kubernetes. Helm 3 and 4 take the same
 * ones and render the same; what the two call differently (--atomic, --force, --validate, post-renderers) isn't used.
 */
export const templateOptions = ({ kubernetes, namespace }: TemplateOptions): string[] => [
  "--include-crds",
  "--skip-tests",
  ...(namespace === undefined ? [] : ["--namespace", namespace]),
  "--kube-version",
  `${kubernetes}.0`,
];

/** What Helm printed. */
export interface HelmAnswer {
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds and bytes past which Helm is given up. */
const longest = 300_000;
const mostBytes = 16 * 1024 * 1024;

/** The Helm that is installed, 3 or 4, for what asks registries: with the user's own settings and logins. */
export class Helm {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #own: readonly string[];

  /**
   * Finds Helm by what it says of its version.
   * @param folder a folder for what it caches
   * @throws InputError where there is none, or one of another major version
   */
  constructor(folder: string, environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = { ...environment, HELM_CACHE_HOME: `${folder}/cache` };
    const major = majorOf(this.#run(["version", "--template", "{{.Version}}"]).stdout);
    // Helm 4 writes colours where it likes, and keeps what it pulled; Helm 3 knows neither option.
    this.#own = major === 4 ? ["--color", "never", "--content-cache", `${folder}/content`] : [];
  }

  /** Runs a command of Helm. @param more environment variables of this run @throws InputError with Helm's own words where it fails */
  run(args: readonly string[], more: NodeJS.ProcessEnv = {}): HelmAnswer {
    return this.#run([...args, ...this.#own], more);
  }

  #run(args: readonly string[], more: NodeJS.ProcessEnv = {}): HelmAnswer {
    const environment = { ...this.#environment, ...more };
    const { error, status, stdout, stderr } = spawnSync("helm", args, {
      encoding: "utf8",
      env: environment,
      timeout: longest,
      maxBuffer: mostBytes,
    });
    if (error && "code" in error && error.code === "ENOENT")
      throw new InputError([{ message: "helm isn't installed", fix: "Install Helm 3 or 4: https://helm.sh/docs/intro/install/" }]);
    if (error)
      throw new InputError([{ message: "helm was ended: it took too long, or printed too much", fix: "Try again, or run it by hand." }]);
    if (status !== 0) throw new InputError([{ message: `helm ${args[0]} fails: ${reasonIn(stderr)}`, fix: fixOf(stderr) }]);
    return { stdout, stderr };
  }
}

function majorOf(version: string): 3 | 4 {
  const [, major] = /^v(\d+)\./.exec(version.trim()) ?? [];
  if (major === "3" || major === "4") return major === "3" ? 3 : 4;
  const found = major === undefined ? "one that doesn't say its version" : `Helm ${major}`;
  throw new InputError([
    { message: `expected Helm 3 or 4, found ${found}`, fix: "Install Helm 3 or 4: https://helm.sh/docs/intro/install/" },
  ]);
}

/** Characters of an error that are shown. */
const mostShown = 500;

/** The error that Helm prints, without what stands before the host of an address. */
const reasonIn = (stderr: string) =>
  (/^Error: (.+)$/m.exec(stderr)?.[1] ?? stderr.trim()).slice(0, mostShown).replaceAll(/\/\/[^/\s@]*@/g, "//");

const fixOf = (stderr: string) =>
  /\b(401|403|unauthorized|denied|authentication)\b/i.test(stderr)
    ? "Log in with helm registry login, or helm repo add; slipway takes no credentials."
    : "Check the reference and the version.";
