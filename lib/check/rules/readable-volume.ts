import type { Container, Issue, Volume } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { within } from "./issues.ts";

export const readableVolume = rule({
  id: "rollout/unreadable-files",
  severity: "error",
  why: "Files of Secrets and ConfigMaps belong to root: with a mode for the owner only, a process of another user gets permission denied.",
  fix: "Set fsGroup in the pod's securityContext, or a mode that others can read, as 0444.",
  source: "https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      securityContext: { runAsUser: 1000 }
      volumes: [{ name: keys, secret: { secretName: keys, defaultMode: 256 } }]
      containers:
        - name: a
          image: a:1
          volumeMounts: [{ name: keys, mountPath: /keys }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      securityContext: { runAsUser: 1000, fsGroup: 1000 }
      volumes: [{ name: keys, secret: { secretName: keys, defaultMode: 256 } }]
      containers:
        - name: a
          image: a:1
          volumeMounts: [{ name: keys, mountPath: /keys }]
  `,
  *check({ pods }) {
    for (const pod of pods)
      for (const [index, volume] of (pod.spec.volumes ?? []).entries())
        for (const mode of modesOf(volume, `${pod.path}.volumes[${index}]`)) yield* within(pod.manifest, modeIssues(mode, volume, pod));
  },
});

interface Mode {
  readonly path: string;
  readonly mode: number;
}
interface FileSource {
  readonly defaultMode?: number;
  readonly items?: readonly { readonly mode?: number }[];
}

/** The modes that a volume gives files of Secrets and ConfigMaps, with their paths. */
function* modesOf({ secret, configMap, projected }: Volume, path: string): Generator<Mode> {
  yield* modesOfSource(secret, `${path}.secret`);
  yield* modesOfSource(configMap, `${path}.configMap`);
  const sources = projected?.sources ?? [];
  if (sources.some((source) => source.secret ?? source.configMap)) yield* modesOfSource(projected, `${path}.projected`);
  for (const [index, source] of sources.entries())
    for (const kind of ["secret", "configMap"] as const) yield* modesOfSource(source[kind], `${path}.projected.sources[${index}].${kind}`);
}

function* modesOfSource({ defaultMode, items = [] }: FileSource = {}, path: string): Generator<Mode> {
  if (defaultMode !== undefined) yield { path: `${path}.defaultMode`, mode: defaultMode };
  for (const [index, { mode }] of items.entries()) if (mode !== undefined) yield { path: `${path}.items[${index}].mode`, mode };
}

/** Decimal numbers that look like modes, and that nobody would write for the modes they are. */
const writtenInDecimal = new Set([400, 440, 444, 500]);
const forGroupAndOthers = 0o077;

function* modeIssues({ path, mode }: Mode, { name }: Volume, { spec, containers }: Pods): Generator<Issue> {
  if (writtenInDecimal.has(mode)) {
    yield {
      path,
      message: `${mode} is read as a decimal number, which is the mode 0${mode.toString(8)}`,
      fix: `Write 0${mode} in YAML, or ${Number.parseInt(String(mode), 8)}.`,
      severity: "warning",
    };
    return;
  }
  if ((mode & forGroupAndOthers) !== 0 || spec.securityContext?.fsGroup !== undefined) return;
  const reader = containers.find(
    ({ container }) => container.volumeMounts?.some((mount) => mount.name === name) && isAnotherUser(container, spec),
  );
  if (reader)
    yield {
      path,
      message: `only root can read the files, and the container "${reader.container.name}" runs as another user without fsGroup`,
      // Where no user is given, OpenShift chooses one for the namespace, and an fsGroup with it.
      ...(userOf(reader.container, spec) === undefined ? { severity: "warning" as const } : {}),
    };
}

const userOf = ({ securityContext }: Container, pod: Pods["spec"]) => securityContext?.runAsUser ?? pod.securityContext?.runAsUser;

/** Whether a container runs as a user that isn't root. */
function isAnotherUser(container: Container, pod: Pods["spec"]): boolean {
  const user = userOf(container, pod);
  if (user !== undefined) return user !== 0;
  return (container.securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true;
}
