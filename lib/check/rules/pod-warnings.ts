import type { ContainerPort, Issue, KeyToPath, PodAffinityTerm, Volume } from "../../kubernetes/index.ts";
import { withoutEndSlashes } from "../../outside/index.ts";
import type { Pods } from "../scope.ts";
import { each } from "./issues.ts";

/** What the API server warns of in a pod or its template, and no other rule reports: https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/api/pod/warnings.go */
export function* podWarnings({ spec, path, containers }: Pods): Generator<Issue> {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  for (const [name, affinity] of Object.entries({ podAffinity, podAntiAffinity })) {
    const at = `${path}.affinity.${name}`;
    yield* each(
      affinity?.requiredDuringSchedulingIgnoredDuringExecution,
      `${at}.requiredDuringSchedulingIgnoredDuringExecution`,
      termIssues,
    );
    yield* each(
      affinity?.preferredDuringSchedulingIgnoredDuringExecution,
      `${at}.preferredDuringSchedulingIgnoredDuringExecution`,
      ({ podAffinityTerm }, place) => (podAffinityTerm ? termIssues(podAffinityTerm, `${place}.podAffinityTerm`) : []),
    );
  }
  // The server turns that of a Pod, which has no template, into 1 without a word.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0 && path !== "spec")
    yield {
      path: `${path}.terminationGracePeriodSeconds`,
      message: "is negative, and counts as 1",
      fix: "Write 1 or more, or 0 to kill at once.",
    };
  yield* each(spec.volumes, `${path}.volumes`, volumeIssues);
  yield* each(spec.imagePullSecrets, `${path}.imagePullSecrets`, function* ({ name }, at) {
    if (!name)
      yield { path: `${at}.name`, message: "is empty, so that the entry gives no credentials", fix: "Name a Secret, or remove the entry." };
  });
  yield* portIssues(
    containers.flatMap(({ container, path: at }) =>
      (container.ports ?? []).map((port, index) => ({ port, path: `${at}.ports[${index}]` })),
    ),
  );
}

function* termIssues({ labelSelector }: PodAffinityTerm, path: string): Generator<Issue> {
  if (labelSelector === undefined || labelSelector === null)
    yield {
      path: `${path}.labelSelector`,
      message: "is missing, so that the term matches no pod",
      fix: "Select pods, or all of them with {}.",
    };
}

/** A file of a volume, and where it comes from. */
interface Placed {
  readonly file: string;
  readonly path: string;
}

function* volumeIssues({ configMap, secret, downwardAPI, projected }: Volume, path: string): Generator<Issue> {
  const files = (items: readonly Pick<KeyToPath, "path">[] | undefined, at: string): Placed[] =>
    (items ?? []).map((item, index) => ({ file: withoutEndSlashes(item.path ?? ""), path: `${at}.items[${index}].path` }));
  yield* overlapIssues(files(configMap?.items, `${path}.configMap`));
  yield* overlapIssues(files(secret?.items, `${path}.secret`));
  yield* overlapIssues(files(downwardAPI?.items, `${path}.downwardAPI`));
  const placed: Placed[] = [];
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const at = `${path}.projected.sources[${index}]`;
    if (Object.values(source).every((value) => value === undefined || value === null))
      yield { path: at, message: "names nothing that gives files", fix: "Name a source, or remove the entry." };
    for (const kind of ["configMap", "secret", "downwardAPI"] as const) placed.push(...files(source[kind]?.items, `${at}.${kind}`));
    const token = source.serviceAccountToken?.path;
    if (token) placed.push({ file: withoutEndSlashes(token), path: `${at}.serviceAccountToken.path` });
  }
  yield* overlapIssues(placed);
}

/** Folders above a file, and ports of one number, beyond which nothing is compared: nobody writes as many. */
const [mostParts, mostCompared] = [50, 50];

/** Files that lie over one another: the later of two with one name counts, and a file can't be a folder too. */
function* overlapIssues(placed: readonly Placed[]): Generator<Issue> {
  const folders = new Map<string, string>();
  const files = new Map<string, string>();
  for (const { file, path } of placed) {
    const parts = file.split("/", mostParts + 1);
    if (file === "" || parts.length > mostParts) continue;
    const above = parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
    const other = above.find((name) => files.has(name)) ?? (folders.has(file) ? file : undefined);
    if (other !== undefined)
      yield {
        path,
        message: `lies over another file of the volume: ${files.get(other) ?? folders.get(other)}`,
        fix: "Give each its own path.",
      };
    files.set(file, path);
    for (const name of above.slice(0, -1)) if (!folders.has(name)) folders.set(name, path);
  }
}

interface PlacedPort {
  readonly port: ContainerPort;
  readonly path: string;
}

/** Ports that mean nothing, or that two containers have. */
function* portIssues(ports: readonly PlacedPort[]): Generator<Issue> {
  const byNumber = new Map<string, PlacedPort[]>();
  const byName = new Map<string, string>();
  for (const placed of ports) {
    const { port, path } = placed;
    if (port.hostIP && !port.hostPort)
      yield { path: `${path}.hostIP`, message: "is ignored: there is no hostPort", fix: "Set hostPort, or leave out hostIP." };
    const key = `${port.containerPort}/${port.protocol ?? "TCP"}`;
    const others = byNumber.get(key) ?? [];
    // Two of one container are reported by the list's key.
    const other = others.find((entry) => containerOf(entry) !== containerOf(placed) && areSame(entry.port, port));
    if (other) yield { path, message: `port ${key} is that of ${other.path} too`, fix: "Give one of the containers another port." };
    if (others.length < mostCompared) others.push(placed);
    byNumber.set(key, others);
    if (!port.name) continue;
    const first = byName.get(port.name);
    if (first !== undefined)
      yield {
        path: `${path}.name`,
        message: `is the name of ${first} too: Services and probes that name it get that one`,
        fix: "Give each port its own name.",
      };
    else byName.set(port.name, path);
  }
}

const containerOf = ({ path }: PlacedPort) => path.slice(0, path.lastIndexOf(".ports["));

/** Whether two ports with one number are in each other's way, by the host's ports that they take. */
function areSame(one: ContainerPort, other: ContainerPort): boolean {
  const [ports, addresses] = [
    [one.hostPort ?? 0, other.hostPort ?? 0],
    [one.hostIP ?? "", other.hostIP ?? ""],
  ];
  if (ports.includes(0)) return true;
  return ports[0] === ports[1] && (addresses[0] === addresses[1] || addresses.includes(""));
}
