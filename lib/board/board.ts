import { type CheckedManifest, check, type PodSecurityLevel } from "../check/index.ts";
import { parseImage, podSpecOf } from "../kubernetes/index.ts";
import type { ReviewedManifest } from "../review/index.ts";
import { type Topology, topologyOf } from "./topology.ts";
import { type DifferingValue, differingValues } from "./values.ts";

/** An environment as the board shows it. */
export interface BoardSource {
  readonly name: string;
  readonly promotesFrom?: string | undefined;
  readonly kubernetes: string;
  readonly podSecurity?: PodSecurityLevel | undefined;
  readonly foreignLevels?: ReadonlyMap<string, PodSecurityLevel>;
  /** What lies in its folder of dist. */
  readonly manifests: readonly ReviewedManifest[];
  /** Since when an image is pinned as it is, by its name without tag. */
  readonly pinnedAt: ReadonlyMap<string, string>;
  /** Images that may not be released, by their name without tag. */
  readonly holds: ReadonlyMap<string, Hold>;
}
interface Hold {
  readonly by: string;
  readonly reason: string;
  readonly since: string;
}

/** What an app runs in one environment. */
interface Cell {
  /** Tag, or digest, of its first container's image. */
  readonly version: string;
  readonly image: string;
  readonly since?: string;
  /** The environment it is promoted from, where that runs another version. */
  readonly behind?: string;
  readonly hold?: Hold;
  readonly errors: number;
  readonly warnings: number;
  /** Index among the app's topologies. */
  readonly topology: number;
}

interface BoardApp {
  readonly name: string;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly topologies: readonly Topology[];
  readonly values: readonly DifferingValue[];
}

/** Environments by apps: what runs where, what is behind what, and how each app hangs together. */
export interface Board {
  readonly environments: readonly { readonly name: string; readonly promotesFrom?: string }[];
  readonly apps: readonly BoardApp[];
}

/** Folders of an environment that are no app's. */
const reserved = new Set(["shared", "argocd", ""]);

/**
 * @param today day by which waivers are judged, as 2030-01-31
 * @param onCheck is called for each environment before its findings are counted
 */
export function boardOf(
  given: readonly BoardSource[],
  today: string,
  onCheck?: (environment: string, number: number, total: number) => void,
): Board {
  const sources = inOrder(given);
  const byApp = new Map<string, Map<string, ReviewedManifest[]>>();
  for (const { name, manifests } of sources)
    for (const manifest of manifests) {
      if (reserved.has(manifest.app)) continue;
      const environments = byApp.get(manifest.app) ?? new Map<string, ReviewedManifest[]>();
      const own = environments.get(name) ?? [];
      own.push(manifest);
      environments.set(name, own);
      byApp.set(manifest.app, environments);
    }
  const findings = new Map(
    sources.map((source, index) => {
      onCheck?.(source.name, index + 1, sources.length);
      return [source.name, countFindings(source, today)];
    }),
  );
  return {
    environments: sources.map(({ name, promotesFrom }) => ({ name, ...(promotesFrom ? { promotesFrom } : {}) })),
    apps: [...byApp].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, environments]) => appOf(name, environments, sources, findings)),
  };
}

/** Environments as changes go through them: each after the one it is promoted from. */
function inOrder(sources: readonly BoardSource[]): BoardSource[] {
  const byName = new Map(sources.map((source) => [source.name, source]));
  const depth = (source: BoardSource, seen: readonly string[] = []): number => {
    const from = source.promotesFrom === undefined ? undefined : byName.get(source.promotesFrom);
    return from && !seen.includes(from.name) ? 1 + depth(from, [...seen, source.name]) : 0;
  };
  return [...sources].sort((a, b) => depth(a) - depth(b) || (a.name < b.name ? -1 : 1));
}

type Findings = ReadonlyMap<string, { errors: number; warnings: number }>;

function countFindings({ name, kubernetes, podSecurity, foreignLevels, manifests }: BoardSource, today: string): Findings {
  const checked = manifests.map(({ object, app, file }): CheckedManifest => ({ object, app, file }));
  const counts = new Map<string, { errors: number; warnings: number }>();
  for (const { app, severity, waived } of check(
    [{ name, kubernetes, manifests: checked, ...(podSecurity ? { podSecurity } : {}), ...(foreignLevels ? { foreignLevels } : {}) }],
    today,
  ).findings) {
    if (waived || severity === "info") continue;
    const count = counts.get(app) ?? { errors: 0, warnings: 0 };
    count[severity === "error" ? "errors" : "warnings"]++;
    counts.set(app, count);
  }
  return counts;
}

function appOf(
  name: string,
  environments: ReadonlyMap<string, readonly ReviewedManifest[]>,
  sources: readonly BoardSource[],
  findings: ReadonlyMap<string, Findings>,
): BoardApp {
  const topologies: Topology[] = [];
  const seen = new Map<string, number>();
  const images = new Map([...environments].map(([environment, manifests]) => [environment, imageOf(name, manifests)]));
  const cells = Object.fromEntries(
    sources.flatMap((source): [string, Cell][] => {
      const manifests = environments.get(source.name);
      if (!manifests) return [];
      const topology = topologyOf(manifests.map(({ object }) => object));
      const key = JSON.stringify(topology);
      const index = seen.get(key) ?? topologies.push(topology) - 1;
      seen.set(key, index);
      const image = images.get(source.name) ?? "";
      const { name: imageName } = parseImage(image);
      const version = versionOf(image);
      const from = source.promotesFrom === undefined ? undefined : images.get(source.promotesFrom);
      const since = source.pinnedAt.get(imageName);
      const hold = source.holds.get(imageName);
      return [
        [
          source.name,
          {
            version,
            image,
            ...(since ? { since } : {}),
            ...(source.promotesFrom !== undefined && from !== undefined && versionOf(from) !== version
              ? { behind: source.promotesFrom }
              : {}),
            ...(hold ? { hold } : {}),
            ...(findings.get(source.name)?.get(name) ?? { errors: 0, warnings: 0 }),
            topology: index,
          },
        ],
      ];
    }),
  );
  const objects = new Map([...environments].map(([environment, manifests]) => [environment, manifests.map(({ object }) => object)]));
  return { name, cells, topologies, values: differingValues(objects) };
}

/** The image of an app's own container: that of the workload with its name, or of its first. */
function imageOf(app: string, manifests: readonly ReviewedManifest[]): string {
  const workloads = manifests.filter(({ object }) => podSpecOf(object));
  const own = workloads.find(({ object }) => object.metadata.name === app) ?? workloads[0];
  return (own && podSpecOf(own.object)?.containers?.[0]?.image) ?? "";
}

/** The tag, or the beginning of the digest, that names an image's version. */
function versionOf(image: string): string {
  const { tag, digest } = parseImage(image);
  return tag ?? digest?.slice(0, 19) ?? "";
}
