import { type Discovery, members, parsed, type ServedKind, textOf } from "./discover.ts";
import type { Keep } from "./kept.ts";
import type { Ask } from "./kubectl.ts";

/** An object of the cluster, with what a snapshot keeps of it. */
export interface Kept {
  /** Empty for a kind that has none. */
  readonly namespace: string;
  readonly name: string;
  readonly value: unknown;
}

/** Types of Secrets that come and go: Helm writes one for each revision of a release, kubeadm one for each token by which nodes join. */
const transientSecrets = new Set(["helm.sh/release.v1", "bootstrap.kubernetes.io/token"]);
/** A ConfigMap that every namespace has. */
const certificates = "kube-root-ca.crt";

/** Prints a line for each ConfigMap: namespace, name and keys. */
const keysTemplate =
  '{{range .items}}{{.metadata.namespace}}{{"\\t"}}{{.metadata.name}}' +
  '{{range $key, $value := .data}}{{"\\t"}}{{$key}}{{end}}{{range $key, $value := .binaryData}}{{"\\t"}}{{$key}}{{end}}' +
  '{{"\\n"}}{{end}}';

/** Lists the objects of a cluster, sorted by namespace and name, and notes what it may not list. */
export class Lister {
  /** Resources as RBAC calls them, as `ingressclasses.networking.k8s.io`. */
  readonly notAllowed = new Set<string>();
  readonly #ask: Ask;
  readonly #kinds: readonly ServedKind[];

  constructor(ask: Ask, { kinds }: Discovery) {
    this.#ask = ask;
    this.#kinds = kinds;
  }

  /** All objects of a kind; none of a kind that the cluster doesn't serve. */
  async list(group: string, kind: string, keep: Keep): Promise<Kept[]> {
    const served = this.#kinds.find((candidate) => candidate.group === group && candidate.kind === kind);
    if (!served) return [];
    const path = `/${group === "" ? "api" : "apis"}/${served.apiVersion}/${served.resource}`;
    const text = await this.#text(group === "" ? served.resource : `${served.resource}.${group}`, "--raw", path);
    const objects = text === undefined ? [] : members(parsed(text), "items");
    return inOrder(
      objects.flatMap((object): Kept[] => {
        const [name, namespace = ""] = [textOf(object.metadata, "name"), textOf(object.metadata, "namespace")];
        const value = keep(object);
        return name === undefined || value === undefined ? [] : [{ namespace, name, value }];
      }),
    );
  }

  /** Secrets with their types. The API server prints the table that kubectl shows, so that no value reaches this process. */
  async secrets(): Promise<Kept[]> {
    const rows = linesOf(await this.#text("secrets", "secrets", "--all-namespaces", "--no-headers"));
    return inOrder(
      rows.flatMap((row): Kept[] => {
        // Namespace, name, type, number of keys and age, with at least three blanks between them.
        const [namespace, name, type] = row.split(/ {3,}/);
        return namespace && name && type && !transientSecrets.has(type) ? [{ namespace, name, value: type }] : [];
      }),
    );
  }

  /** ConfigMaps with their keys. kubectl fills in a template, so that no value reaches this process. */
  async configMaps(): Promise<Kept[]> {
    const rows = linesOf(await this.#text("configmaps", "configmaps", "--all-namespaces", `--output=go-template=${keysTemplate}`));
    return inOrder(
      rows.flatMap((row): Kept[] => {
        const [namespace, name, ...keys] = row.split("\t");
        return namespace && name && name !== certificates ? [{ namespace, name, value: keys.sort() }] : [];
      }),
    );
  }

  /** What kubectl prints; undefined where that isn't allowed, or isn't there. */
  async #text(resource: string, ...args: readonly string[]): Promise<string | undefined> {
    const answer = await this.#ask(...args);
    if ("text" in answer) return answer.text;
    // Of what can't be listed for now, nothing is known either.
    if (answer.refused !== "absent") this.notAllowed.add(resource);
    return undefined;
  }
}

const linesOf = (text = "") => text.split("\n").filter((line) => line.trim() !== "");

const inOrder = (objects: readonly Kept[]) => {
  const placeOf = ({ namespace, name }: Kept) => `${namespace}/${name}`;
  return [...objects].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
};
