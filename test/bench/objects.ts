/** The fleet every way makes: apps of four objects, Deployment, Service, Ingress and ConfigMap. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

interface FleetObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

export const appNames = (count: number) => Array.from({ length: count }, (_name, index) => `app-${index}`);

/** An app's objects as bare cdk8s is given them. */
export function appObjects(name: string, image = `registry.example/team/${name}:1.0.0`): FleetObject[] {
  const metadata = { name, namespace: "fleet", labels: { app: name } };
  const container = {
    name,
    image,
    ports: [{ name: "http", containerPort: 8080 }],
    env: [{ name: "A", value: "1" }],
    envFrom: [{ configMapRef: { name: `${name}-config` } }],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
  };
  const pod = {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
  };
  const path = { path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "http" } } } };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name: `${name}-config` }, data: { LOG_LEVEL: "info", REGION: "eu" } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { type: "ClusterIP", selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: { rules: [{ host: `${name}.fleet.example`, http: { paths: [path] } }] },
    },
  ];
}

/** What Argo CD needs beside them, which slipway writes too. */
export function application(name: string): FleetObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: `fleet-${name}` },
    spec: {
      project: "fleet",
      source: { repoURL: "https://git.example/fleet.git", path: `dist/fleet/${name}`, targetRevision: "HEAD" },
      destination: { server: "https://kubernetes.default.svc", namespace: "fleet" },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["ServerSideApply=true"] },
    },
  };
}

/** The fleet as a kustomize overlay: a file for each object, and the images pinned. */
export function writeKustomization(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const resources = appNames(count).flatMap((name) =>
    appObjects(name, `registry.example/team/${name}`).map((object) => {
      const file = `${name}-${object.kind}.yaml`;
      writeFileSync(join(folder, file), stringify(object));
      return file;
    }),
  );
  const images = appNames(count).map((name) => ({ name: `registry.example/team/${name}`, newTag: "1.0.0" }));
  writeFileSync(join(folder, "kustomization.yaml"), stringify({ resources, images }));
}

/** The fleet as one Helm chart: its apps are values, one template makes the objects of each. */
export function writeChart(folder: string, count: number): void {
  mkdirSync(join(folder, "templates"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: fleet\nversion: 1.0.0\n");
  writeFileSync(
    join(folder, "values.yaml"),
    stringify({ apps: Object.fromEntries(appNames(count).map((name) => [name, { tag: "1.0.0" }])) }),
  );
  const objects = appObjects("NAME", "registry.example/team/NAME:TAG").map((object) => stringify(object));
  const template = objects.join("---\n").replaceAll("NAME", "{{ $name }}").replaceAll("TAG", "{{ $app.tag }}");
  writeFileSync(join(folder, "templates/apps.yaml"), `{{ range $name, $app := .Values.apps }}\n---\n${template}{{ end }}\n`);
}
