import { type Container, type Issue, isKind, type Probe, shownValue } from "../../kubernetes/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods, Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

export const rootUser = rule({
  id: "rollout/root-user",
  severity: "error",
  why: "The kubelet refuses to start a container as root where runAsNonRoot is set: the pod stays in CreateContainerConfigError.",
  fix: "Choose a user other than 0, or remove runAsNonRoot.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers: [{ name: a, image: a:1, securityContext: { runAsNonRoot: true, runAsUser: 0 } }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers: [{ name: a, image: a:1, securityContext: { runAsNonRoot: true, runAsUser: 1000 } }]
  `,
  *check(scope) {
    for (const { manifest, spec, path, containers } of scope.pods)
      for (const { container, path: at } of containers) {
        const [own, ofPod] = [container.securityContext ?? {}, spec.securityContext ?? {}];
        if (!(own.runAsNonRoot ?? ofPod.runAsNonRoot) || (own.runAsUser ?? ofPod.runAsUser) !== 0) continue;
        const place = own.runAsUser === 0 ? `${at}.securityContext.runAsUser` : `${path}.securityContext.runAsUser`;
        yield { manifest, path: place, message: `is 0, the user root, and runAsNonRoot is set for the container "${container.name}"` };
      }
  },
});

export const command = rule({
  id: "rollout/command",
  severity: "error",
  why: "A container runtime starts the first entry of a command as a file and passes it the others: where that isn't a file that may be executed, the container never starts.",
  fix: 'Write each word as an entry of its own, or start a shell: ["sh", "-c", "..."].',
  source: "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, command: [sleep 3600] }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, command: [sleep, "3600"] }] }
  `,
  *check(scope) {
    for (const pods of scope.pods)
      for (const { container, path } of pods.containers) {
        yield* within(pods.manifest, commandIssues(container.command, `${path}.command`));
        yield* within(pods.manifest, scriptIssues(container, pods, `${path}.command`));
        for (const [name, probe] of probesOf(container))
          yield* within(pods.manifest, commandIssues(probe.exec?.command, `${path}.${name}.exec.command`));
        for (const hook of ["preStop", "postStart"] as const)
          yield* within(pods.manifest, commandIssues(container.lifecycle?.[hook]?.exec?.command, `${path}.lifecycle.${hook}.exec.command`));
      }
  },
});

const probesOf = (container: Container): [string, Probe][] =>
  (["livenessProbe", "readinessProbe", "startupProbe"] as const).flatMap((name): [string, Probe][] => {
    const probe = container[name];
    return probe ? [[name, probe]] : [];
  });

/** A file's name may hold a space, but none that is followed by an option, a number or a path is a file's. */
function* commandIssues(words: readonly string[] | undefined, path: string): Generator<Issue> {
  const [first = ""] = words ?? [];
  if (words?.length !== 1 || first.length > 1000 || !/^[\w./-]+ +\S/.test(first)) return;
  yield {
    path: `${path}[0]`,
    message: `${shownValue(first)} is taken for the name of one file`,
    fix: `Write each word as an entry of its own: ${shownValue(first.split(/ +/))}.`,
  };
}

/** Files of a ConfigMap can't be executed unless their mode says so: the default is 0644. */
function* scriptIssues({ command: [file = ""] = [], volumeMounts = [] }: Container, { spec }: Pods, path: string): Generator<Issue> {
  const [mount] = volumeMounts
    .filter(({ mountPath = "" }) => file === mountPath || file.startsWith(`${mountPath.replace(/\/$/, "")}/`))
    .sort(({ mountPath: one = "" }, { mountPath: other = "" }) => other.length - one.length);
  const volume = mount && (spec.volumes ?? []).find(({ name }) => name === mount.name);
  const source = volume?.configMap ?? volume?.secret;
  if (!source || !file.startsWith("/")) return;
  const modes = [source.defaultMode ?? 0o644, ...(source.items ?? []).flatMap(({ mode }) => mode ?? [])];
  if (modes.some((mode) => (mode & 0o111) !== 0)) return;
  yield {
    path: `${path}[0]`,
    message: `${file} is a file of the volume "${volume?.name}", which nobody may execute`,
    fix: "Set the volume's defaultMode to 0555, or start it by its interpreter: [sh, ...].",
  };
}

export const probe = rule({
  id: "rollout/probe",
  severity: "error",
  why: "A probe that can't succeed restarts its container again and again, or keeps its pod from getting any request.",
  fix: "Name a port that the container has, or give its number.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: web } }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http } }
  `,
  *check(scope) {
    for (const pods of scope.pods)
      for (const { container, path } of pods.containers)
        for (const [name, given] of probesOf(container))
          yield* within(pods.manifest, probeIssues(given, container, pods, `${path}.${name}`));
  },
});

function* probeIssues(given: Probe, { ports = [] }: Container, { spec }: Pods, path: string): Generator<Issue> {
  for (const handler of ["httpGet", "tcpSocket"] as const) {
    const port = given[handler]?.port;
    if (typeof port === "string" && /[a-z]/.test(port) && !ports.some(({ name }) => name === port))
      yield {
        path: `${path}.${handler}.port`,
        message: `the container has no port "${port}"`,
        fix: `It has: ${ports.map(({ name, containerPort }) => name ?? containerPort).join(", ") || "none"}.`,
      };
  }
  const { host } = given.httpGet ?? {};
  if (!spec.hostNetwork && (host === "localhost" || host === "127.0.0.1"))
    yield {
      path: `${path}.httpGet.host`,
      message: `the kubelet asks ${host} of the node, not that of the pod`,
      fix: "Leave the host out: the kubelet asks the pod's address.",
      severity: "warning",
    };
  const { timeoutSeconds = 1, periodSeconds = 10 } = given;
  if (timeoutSeconds > periodSeconds && periodSeconds > 0)
    yield {
      path: `${path}.timeoutSeconds`,
      message: `is ${timeoutSeconds}, more than periodSeconds (${periodSeconds}): the next probe waits for the last one`,
      fix: "Lower timeoutSeconds, or raise periodSeconds.",
      severity: "warning",
    };
}

export const gracePeriod = rule({
  id: "rollout/grace-period",
  severity: "warning",
  why: "The time of the preStop hook is part of the grace period: one that sleeps as long leaves the process no time, and it is killed amid its requests.",
  fix: "Raise terminationGracePeriodSeconds above the sleep and the time that the process needs to end, or sleep less.",
  source: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, lifecycle: { preStop: { exec: { command: [sleep, "60"] } } } }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      terminationGracePeriodSeconds: 90
      containers: [{ name: a, image: a:1, lifecycle: { preStop: { exec: { command: [sleep, "60"] } } } }]
  `,
  *check(scope) {
    for (const { manifest, spec, containers } of scope.pods)
      for (const { container, path } of containers) {
        const { exec, sleep } = container.lifecycle?.preStop ?? {};
        const seconds =
          sleep?.seconds ?? Number(/(^|[ ;&/])sleep (\d{1,6})s?($|[ ;&])/.exec((exec?.command ?? []).join(" ").slice(0, 2000))?.[2] ?? 0);
        const grace = spec.terminationGracePeriodSeconds ?? 30;
        const at = `${path}.lifecycle.preStop`;
        if (seconds > 0 && seconds >= grace && (exec || seconds === grace))
          yield { manifest, path: at, message: `sleeps ${seconds} seconds, and the grace period is ${grace}` };
      }
  },
});

export const variable = rule({
  id: "rollout/variable",
  severity: "warning",
  why: "The kubelet replaces $(NAME) by a variable that stands before it in the list, and leaves the text as it is where none does.",
  fix: "Move the variable before its first use, or correct its name. A literal $(NAME) is written $$(NAME).",
  source: "https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: URL, value: http://$(HOST) }, { name: HOST, value: a }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: HOST, value: a }, { name: URL, value: http://$(HOST) }]
  `,
  *check(scope) {
    for (const { manifest, containers } of scope.pods)
      for (const { container, path } of containers) yield* within(manifest, variableIssues(container, path));
  },
});

/** Longer texts are files. */
const longest = 2000;
const uses = (text: unknown) =>
  typeof text === "string" && text.length <= longest
    ? [...text.matchAll(/(?<!\$)(?:\$\$)*\$\(([A-Za-z_][A-Za-z0-9_.-]{0,200})\)/g)].map(([, name = ""]) => name)
    : [];

function* variableIssues({ env = [], envFrom = [], args, command: words }: Container, path: string): Generator<Issue> {
  const all = env.flatMap(({ name }) => name ?? []);
  const before = new Set<string>();
  for (const [index, { name = "", value }] of env.entries()) {
    for (const used of uses(value))
      if (!before.has(used))
        yield* useIssues(
          used,
          all.filter((other) => other !== name),
          `${path}.env[${index}].value`,
          envFrom.length > 0,
        );
    before.add(name);
  }
  for (const [field, list] of Object.entries({ args, command: words }))
    yield* each(list, `${path}.${field}`, (text, at) => uses(text).flatMap((used) => textIssues(used, all, at)));
}

/** In a command $(...) may be the shell's: only a name that is nearly that of a variable is misspelt. */
function textIssues(used: string, all: readonly string[], path: string): Issue[] {
  const meant = all.includes(used) ? undefined : (slipOf(used, all) ?? all.find((name) => name === used.toUpperCase()));
  return meant === undefined ? [] : [{ path, message: `there is no variable "${used}"`, fix: `Did you mean "${meant}"?` }];
}

/** Variables of Services come without being named. */
const isGiven = (name: string) => /_(SERVICE|PORT)(_|$)/.test(name);

function* useIssues(used: string, others: readonly string[], path: string, isOpen: boolean): Generator<Issue> {
  if (others.includes(used)) yield { path, message: `uses $(${used}), which is defined only after it` };
  else if (!isOpen && !isGiven(used) && /^[A-Z]/.test(used)) {
    const meant = slipOf(used, others, 2);
    yield { path, message: `uses $(${used}), and there is no such variable`, ...(meant ? { fix: `Did you mean "${meant}"?` } : {}) };
  }
}

export const longName = rule({
  id: "rollout/long-name",
  severity: "error",
  why: "The controller labels each pod with the name of the StatefulSet and a hash of 10 characters: where both have more than 63, the API server refuses every pod.",
  fix: "Choose a name of at most 52 characters.",
  source: "https://github.com/kubernetes/kubernetes/issues/64023",
  bad: yaml`
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: the-name-of-this-set-is-so-long-that-no-pod-can-have-it, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  check: longNames,
});

const longestName = 52;
function* longNames(scope: Scope) {
  for (const manifest of scope.ofKind("apps/StatefulSet")) {
    const { length } = manifest.object.metadata.name;
    if (isKind(manifest.object, "apps/StatefulSet") && length > longestName)
      yield { manifest, path: "metadata.name", message: `has ${length} characters, and at most ${longestName} leave room for the hash` };
  }
}
