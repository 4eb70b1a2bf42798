import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { type ContainerScope, liftContainer } from "./container.ts";
import { liftSecurity } from "./security.ts";
import { byName, defined, filled, freeKey, isSame, keyed, type Members, mapped, picked, short, unless } from "./shape.ts";

/** The fields of a pod that the model spells as the API does. */
const plain = [
  "automountServiceAccountToken",
  "hostname",
  "subdomain",
  "activeDeadlineSeconds",
  "enableServiceLinks",
  "shareProcessNamespace",
  "preemptionPolicy",
  "hostUsers",
  "overhead",
  "resources",
  "resourceClaims",
] as const;

const namesIn = (list: unknown, name: string): unknown[] | undefined => {
  const names = itemsOf(list).map((item) => membersOf(item)[name]);
  return names.length > 0 ? names : undefined;
};

/**
 * What holds for the pods as a whole.
 * @param selector labels that the pods have for being selected
 * @param restartPolicy what the workload's pods have unless they say otherwise
 */
export function liftPod({ metadata, spec }: Members, selector: Members, restartPolicy: string): Members | undefined {
  const pod = membersOf(spec);
  const { name, labels, annotations } = membersOf(metadata);
  const own = Object.entries(membersOf(labels)).filter(([key, value]) => selector[key] !== value);
  return filled(
    defined({
      name: unless(name, ""),
      labels: filled(Object.fromEntries(own)),
      annotations: filled(membersOf(annotations)),
      nodeSelector: filled(membersOf(pod.nodeSelector)),
      affinity: pod.affinity,
      tolerations: tolerations(pod.tolerations),
      topologySpread: mapped(
        byName(pod.topologySpreadConstraints, ({ topologyKey }) => topologyKey),
        (item) => spread(item, selector),
      ),
      priorityClass: unless(pod.priorityClassName, ""),
      runtimeClass: pod.runtimeClassName,
      schedulerName: unless(pod.schedulerName, "default-scheduler"),
      hostAliases: keyed(pod.hostAliases, "ip", "hostnames"),
      dns: dns(pod),
      imagePullSecrets: namesIn(pod.imagePullSecrets, "name"),
      security: liftSecurity(pod.securityContext),
      terminationGracePeriodSeconds: unless(pod.terminationGracePeriodSeconds, 30),
      restartPolicy: unless(pod.restartPolicy, restartPolicy),
      ...picked(pod, plain),
      ...defined({ hostNetwork: unless(pod.hostNetwork, false), hostPID: unless(pod.hostPID, false), hostIPC: unless(pod.hostIPC, false) }),
      os: membersOf(pod.os).name,
      readinessGates: namesIn(pod.readinessGates, "conditionType"),
      schedulingGates: namesIn(pod.schedulingGates, "name"),
    }),
  );
}

function tolerations(list: unknown): Members | undefined {
  const found = new Map<string, unknown>();
  for (const item of itemsOf(list)) {
    const toleration = membersOf(item);
    const name =
      String(toleration.key ?? "all")
        .split("/")
        .at(-1) ?? "all";
    found.set(freeKey(name, found), defined(toleration));
  }
  return filled(Object.fromEntries(found));
}

function spread({ topologyKey: _key, labelSelector, maxSkew, whenUnsatisfiable, ...rest }: Members, selector: Members): Members {
  return defined({
    maxSkew: unless(maxSkew, 1),
    whenUnsatisfiable: unless(whenUnsatisfiable, "ScheduleAnyway"),
    selector: isSame(labelSelector, { matchLabels: selector }) ? undefined : labelSelector,
    ...rest,
  });
}

function dns({ dnsPolicy, dnsConfig }: Members): Members | undefined {
  const { nameservers, searches, options } = membersOf(dnsConfig);
  const byOption = mapped(
    byName(options, ({ name }) => name),
    ({ value }) => value ?? "",
  );
  return filled(defined({ policy: unless(dnsPolicy, "ClusterFirst"), nameservers, searches, options: byOption }));
}

/** The containers of a pod by what they are in the model: the first is the main one. */
export function liftContainers(pod: Members, app: string, scope: ContainerScope): Members {
  const all = itemsOf(pod.containers).map(membersOf);
  const main = all.find(({ name }) => name === scope.main) ?? all[0];
  const others = all.filter((item) => item !== main);
  const early = itemsOf(pod.initContainers).map(membersOf);
  const group = (list: readonly Members[], own: (item: Members) => Members) =>
    mapped(
      byName(list, ({ name }) => name),
      (item) => ({ ...liftContainer(item, scope), ...own(item) }),
    );
  const isNative = ({ restartPolicy }: Members) => restartPolicy === "Always";
  // The model puts native sidecars after the others, unless their order says more.
  const inOrder = early.findLastIndex((item) => !isNative(item)) < early.findIndex(isNative) || !early.some(isNative);
  const order = (item: Members) => (inOrder ? {} : defined({ order: unless(early.indexOf(item), 0) }));
  return defined({
    containerName: unless(main?.name, app),
    containerOrder: main === all[0] ? undefined : all.slice(0, all.indexOf(main ?? {})).map(({ name }) => name),
    container: main && liftContainer(main, scope),
    initContainers: group(
      early.filter((item) => !isNative(item)),
      order,
    ),
    sidecars: filled({
      ...group(others, () => ({})),
      ...group(early.filter(isNative), (item) => ({ native: true, ...order(item) })),
    }),
  });
}

/** The account that pods name; the older field says the same. */
export const accountOf = ({ serviceAccountName, serviceAccount }: Members): unknown =>
  [serviceAccountName, serviceAccount].find((name) => typeof name === "string" && name !== "");

/** A selector by labels alone; undefined where it has conditions as well. */
export function labelsOnly(selector: unknown): Members | undefined {
  if (!isRecord(selector)) return undefined;
  return short(defined(selector), "matchLabels") === selector.matchLabels ? membersOf(selector.matchLabels) : undefined;
}
