import type { IngressBackend, Issue, ServicePort } from "../../kubernetes/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { providedBy } from "../provided-objects.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, inNamespace, namespaceOf, type Pods, type Scope } from "../scope.ts";
import { each, within } from "./issues.ts";
import { missing, missingPods } from "./missing.ts";

export const serviceSelector = rule({
  id: "references/service-selector",
  severity: "error",
  why: "A Service that selects no pod has no endpoints, so every request to it fails; one that selects the pods of two workloads sends each request to either.",
  fix: "Give it the labels of the pods it is for: `app: <name>`.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: nobody } }
    spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Service")) {
      const { selector, type } = manifest.object.spec ?? {};
      if (selector && Object.keys(selector).length > 0 && type !== "ExternalName") yield* selectorIssues(scope, manifest, selector);
    }
  },
});

function* selectorIssues(scope: Scope, manifest: CheckedManifest, selector: Readonly<Record<string, string>>): Generator<ManifestIssue> {
  const found = serving(scope, manifest, selector);
  const namespace = namespaceOf(manifest);
  if (found.length === 0 && !scope.mayRun(namespace, { matchLabels: selector }))
    yield {
      manifest,
      path: "spec.selector",
      message: `selects no pod: none${inNamespace(manifest)} has the labels ${JSON.stringify(selector)}`,
      missing: { ...missingPods(manifest, selector), isSlip: isSlip(scope, namespace, selector) },
      ...nearestPods(scope, namespace, selector),
    };
  const owners = [...new Set(found.map(({ manifest: { object } }) => `${object.kind} ${object.metadata.name}`))].sort();
  if (owners.length < 2 || areTracks(found)) return;
  // Folders that slipway didn't write are no apps.
  const areApps = scope.environment.folders !== undefined && new Set(found.map(({ manifest: owner }) => owner.app)).size > 1;
  yield {
    manifest,
    path: "spec.selector",
    message: `selects the pods of several ${areApps ? "apps" : "workloads"}: ${owners.join(", ")}`,
    ...(areApps ? {} : { severity: "warning" }),
    fix: "Add a label that only one of them has.",
  };
}

/** Labels by which the workloads of one app differ while a release is tried on a part of its traffic. */
const trackLabels = ["track", "version", "color", "colour", "slot", "stage", "variant", "app.kubernetes.io/version"];

/** Whether several workloads are one app's: stable and canary, blue and green. */
const areTracks = (found: readonly Pods[]) =>
  trackLabels.some((key) => {
    const values = found.map(({ labels }) => labels[key]);
    return !values.includes(undefined) && new Set(values).size > 1;
  });

/** Whether a selector has all labels of some pods but for one whose value is nearly theirs. */
function isSlip(scope: Scope, namespace: string, selector: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(selector);
  return scope.pods.some(({ namespace: place, labels }) => {
    const differing = place === namespace ? pairs.filter(([key, value]) => labels[key] !== value) : [];
    const [[key, value] = ["", ""]] = differing;
    return differing.length === 1 && slipOf(value, [labels[key] ?? ""]) !== undefined;
  });
}

/** The pods that come nearest to a selector: those that have most of its labels. */
function nearestPods(scope: Scope, namespace: string, selector: Readonly<Record<string, string>>): { readonly fix?: string } {
  const pairs = Object.entries(selector);
  const near = scope.pods
    .filter((pods) => pods.namespace === namespace)
    .map((pods) => ({ pods, differing: pairs.filter(([key, value]) => pods.labels[key] !== value) }))
    .filter(({ pods, differing }) => differing.length < pairs.length || differing.some(([key]) => key in pods.labels))
    .sort((a, b) => a.differing.length - b.differing.length);
  const [nearest] = near;
  if (!nearest) return {};
  const { kind, metadata } = nearest.pods.manifest.object;
  const found = nearest.differing.map(([key]) => `${key}: ${nearest.pods.labels[key] ?? "(none)"}`);
  return { fix: `The pods of ${kind} ${metadata.name} come nearest; they have ${found.join(", ")}.` };
}

/** Pods that serve: those of jobs come and go, but a Service whose labels fit them sends requests there all the same. */
function serving(scope: Scope, manifest: CheckedManifest, selector: Readonly<Record<string, string>>): readonly Pods[] {
  const found = scope.selected(namespaceOf(manifest), { matchLabels: selector });
  if (!scope.environment.isPart) return found;
  // Of a folder that may hold several things apart, those count that lie beside the Service.
  const folder = folderOf(manifest);
  const beside = found.filter((pods) => folderOf(pods.manifest) === folder);
  return beside.length > 0 ? beside : found;
}

const folderOf = ({ file = "" }: CheckedManifest) => file.slice(0, Math.max(0, file.lastIndexOf("/")));

export const serviceTargetPort = rule({
  id: "references/service-target-port",
  severity: "error",
  why: "Traffic to a port that no container has open is refused, and nothing reports it.",
  fix: "Name a port of the container, or give its number.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec:
      selector: { app: a }
      ports: [{ port: 80, targetPort: http }]
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec:
      containers:
        - name: a
          image: a:1
          ports: [{ name: web, containerPort: 80 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec:
      selector: { app: a }
      ports: [{ port: 80, targetPort: http }]
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec:
      containers:
        - name: a
          image: a:1
          ports: [{ name: http, containerPort: 80 }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Service")) {
      const { selector, ports = [], type } = manifest.object.spec ?? {};
      if (!selector || Object.keys(selector).length === 0 || type === "ExternalName") continue;
      for (const pods of serving(scope, manifest, selector))
        yield* within(
          manifest,
          each(ports, "spec.ports", (port, path) => targetIssues(port, path, pods, scope.environment.isPart)),
        );
    }
  },
});

function* targetIssues(
  { port, targetPort = port, protocol = "TCP" }: ServicePort,
  path: string,
  pods: Pods,
  isPart = false,
): Generator<Issue> {
  const open = openPorts(pods);
  const isNamed = typeof targetPort === "string";
  const isOpen = open.some(
    (candidate) => candidate.protocol === protocol && (isNamed ? candidate.name === targetPort : candidate.number === targetPort),
  );
  // A container may listen on a port it doesn't name, so a number is only doubtful, and where none is named nothing is known.
  if (isOpen || (!isNamed && open.length === 0)) return;
  const { kind, metadata } = pods.manifest.object;
  yield {
    path: `${path}.targetPort`,
    message: `no container of ${kind} ${metadata.name} opens ${JSON.stringify(targetPort)} (${protocol})`,
    fix: `It opens: ${open.map(({ name, number }) => name ?? number).join(", ") || "none"}.`,
    ...(isNamed ? {} : { severity: isPart ? ("info" as const) : ("warning" as const) }),
  };
}

const openPorts = ({ containers }: Pods) =>
  containers
    .filter(({ list, container }) => list === "containers" || container.restartPolicy === "Always")
    .flatMap(({ container }) =>
      (container.ports ?? []).map(({ name, containerPort, protocol = "TCP" }) => ({ name, number: containerPort, protocol })),
    );

export const ingressBackend = rule({
  id: "references/ingress-backend",
  severity: "error",
  why: "The controller answers 503 for a route whose Service or port doesn't exist.",
  fix: "Name a Service of the Ingress's own namespace, and a port it has.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      defaultBackend: { service: { name: nobody, port: { number: 80 } } }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      defaultBackend: { service: { name: nobody, port: { number: 80 } } }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: nobody, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      const { rules = [], defaultBackend } = manifest.object.spec ?? {};
      const backends: [string, IngressBackend | undefined][] = [
        ["spec.defaultBackend", defaultBackend],
        ...rules.flatMap(({ http }, index) =>
          (http?.paths ?? []).map(({ backend }, place): [string, IngressBackend | undefined] => [
            `spec.rules[${index}].http.paths[${place}].backend`,
            backend,
          ]),
        ),
      ];
      for (const [path, backend] of backends) if (backend?.service?.name) yield* backendIssues(scope, manifest, path, backend.service);
    }
  },
});

function* backendIssues(
  scope: Scope,
  manifest: CheckedManifest,
  path: string,
  { name = "", port }: NonNullable<IngressBackend["service"]>,
): Generator<ManifestIssue> {
  // An action of the load balancer that an annotation describes, and no Service.
  if (port?.name === "use-annotation") return;
  const namespace = namespaceOf(manifest);
  const service = scope.find("Service", namespace, name);
  if (!service) {
    // One that doesn't fit its schema is reported as that.
    if (scope.has("Service", namespace, name)) return;
    yield {
      manifest,
      path: `${path}.service.name`,
      message: `there is no Service "${name}"${inNamespace(manifest)}`,
      ...missing({ kind: "Service", namespace, name, candidates: scope.namesOf("Service", namespace) }),
    };
    return;
  }
  const { ports = [], type } = service.object.spec ?? {};
  if (type === "ExternalName" || ports.some((candidate) => (port?.name ? candidate.name === port.name : candidate.port === port?.number)))
    return;
  yield {
    manifest,
    path: `${path}.service.port`,
    message: `Service "${name}" has no port ${JSON.stringify(port?.name ?? port?.number)}`,
    fix: `It has: ${ports.map((candidate) => (candidate.name ? `${candidate.name} (${candidate.port})` : candidate.port)).join(", ") || "none"}.`,
  };
}

export const ingressTls = rule({
  id: "references/ingress-tls",
  severity: "warning",
  why: "A TLS Secret that nothing creates leaves the controller with its own certificate, which browsers refuse.",
  fix: "Create the Secret, or let cert-manager create it by its annotation.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      tls: [{ hosts: [a.example], secretName: nobody }]
      rules: [{ host: a.example }]
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      tls: [{ hosts: [a.example], secretName: nobody }]
      rules: [{ host: a.example }]
    ---
    apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: { name: a, namespace: shop }
    spec: { secretName: nobody }
  `,
  *check(scope) {
    const provided = providedBy(scope);
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      for (const [index, { secretName }] of (manifest.object.spec?.tls ?? []).entries()) {
        const namespace = namespaceOf(manifest);
        if (secretName && !provided.secret(namespace, secretName))
          yield {
            manifest,
            path: `spec.tls[${index}].secretName`,
            message: `nothing creates the Secret "${secretName}"${inNamespace(manifest)}`,
            missing: { kind: "Secret", namespace, name: secretName, candidates: provided.secretNames(namespace) },
          };
      }
    }
  },
});
