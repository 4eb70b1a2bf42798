import { type Container, type Issue, joined, type ObjectOf, parseImage } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest, Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

const secretName = /(^|[_-])(password|passwd|pwd|secret|token|api[_-]?key|private[_-]?key|credentials?)$/i;
/** Names that only look like it: what they hold is a place or a setting. */
const harmlessName = /(file|path|name|url|ttl|issuer|audience)$/i;
/** Texts that are secrets whatever they are called: keys in PEM, tokens with the prefixes of their vendors. */
const secretText =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}|\bglpat-[A-Za-z0-9_-]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|:\/\/[^/\s:@]+:[^/\s:@$]+@/;
const secretFlag = /^--?[a-z-]*(password|token|secret|api-key)=[^$]/i;

export const plainSecret = rule({
  id: "security/plain-secret",
  severity: "warning",
  why: "What stands in a manifest is read by whoever may read the repository, its history, or the workload; rotating it takes a commit.",
  fix: "Keep it in the secret store, and name its entry.",
  source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: DATABASE_PASSWORD, value: hunter2 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env:
            - name: DATABASE_PASSWORD
              valueFrom: { secretKeyRef: { name: a, key: password } }
  `,
  *check(scope) {
    for (const { manifest, containers } of scope.pods)
      for (const { container, path } of containers) yield* within(manifest, containerSecrets(container, path));
    for (const manifest of scope.ofKind("ConfigMap"))
      for (const [key, value] of Object.entries(manifest.object.data ?? {}))
        if (isSecret(key, value))
          yield { manifest, path: joined("data", key), message: `the key ${key} holds what looks like a secret, in a ConfigMap` };
    for (const manifest of scope.ofKind("Secret")) yield* keptIssues(manifest, scope);
  },
});

/** A Secret that is kept among the manifests with its values. What sops encrypted counts as empty. */
function* keptIssues(manifest: CheckedManifest<ObjectOf<"Secret">>, { environment }: Scope): Generator<ManifestIssue> {
  const { data = {}, stringData = {}, metadata, type } = manifest.object;
  const values = [...Object.entries(data), ...Object.entries(stringData)].filter(([key, value]) => key !== "ca.crt" && value !== "");
  // Literals of an overlay are an author's choice, for what is no secret in that environment.
  if (environment.folders !== undefined || values.length === 0 || type === "kubernetes.io/service-account-token") return;
  yield {
    manifest,
    path: Object.keys(data).length > 0 ? "data" : "stringData",
    message: `the values of the Secret "${metadata.name}" stand in the manifest`,
    // A folder from elsewhere is often an example, whose values are filled in later.
    ...(environment.isPart ? { severity: "info" as const } : {}),
  };
}

function* containerSecrets({ env, command, args }: Container, path: string): Generator<Issue> {
  yield* each(env, `${path}.env`, function* ({ name = "", value = "" }, at) {
    if (isSecret(name, value)) yield { path: `${at}.value`, message: `the variable ${name} holds what looks like a secret` };
  });
  for (const [list, texts] of Object.entries({ command, args }))
    yield* each(texts, `${path}.${list}`, function* (text, at) {
      if (secretFlag.test(text) || secretText.test(text))
        yield { path: at, message: "an argument holds what looks like a secret; everybody on the node can read it" };
    });
}

function isSecret(name: string, value: string): boolean {
  if (secretText.test(value)) return true;
  return value !== "" && secretName.test(name) && !harmlessName.test(name) && !/^(true|false|\d{1,3}|\$\(.*\)|\$\{.*\})$/i.test(value);
}

export const image = rule({
  id: "security/image-tag",
  severity: "warning",
  why: "An image without tag, or with `latest`, is whatever was pushed last: two pods of one rollout may differ, and a rollback gives the same again.",
  fix: "Pin a tag that doesn't move, or a digest, with `kustomize edit set image`, or in the manifest.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers: [{ name: a, image: registry.example/a }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers: [{ name: a, image: registry.example/a:1.0.0 }]
  `,
  *check(scope) {
    for (const { manifest, containers } of scope.pods)
      for (const {
        container: { image: reference = "" },
        path,
      } of containers) {
        const { tag, digest } = parseImage(reference);
        if (reference === "" || digest !== undefined) continue;
        if (!tag || tag === "latest")
          yield { manifest, path: `${path}.image`, message: `the image "${reference}" ${tag ? "has the tag latest" : "has no tag"}` };
      }
  },
});

/** Verbs with which an account can give itself more. */
const escalating = ["escalate", "bind", "impersonate"];

export const broadRole = rule({
  id: "security/broad-role",
  severity: "warning",
  severityInPart: "info",
  why: "An attacker in a pod of that account gets all of these rights.",
  fix: "Name the resources and verbs the app needs.",
  source: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: { name: a }
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: { name: a }
    rules:
      - apiGroups: ['*']
        resources: [pods]
        verbs: [get]
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"] as const)
      for (const manifest of scope.ofKind(kind))
        yield* within(
          manifest,
          each(manifest.object.rules, "rules", (permission, path) => permissionIssues(permission, path, manifest.object.kind)),
        );
    for (const manifest of scope.ofKind("rbac.authorization.k8s.io/ClusterRoleBinding")) {
      const { roleRef } = manifest.object;
      if (roleRef?.name === "cluster-admin")
        yield { manifest, path: "roleRef.name", message: "makes its subjects administrators of the cluster" };
    }
  },
});

type Permission = NonNullable<ObjectOf<"rbac.authorization.k8s.io/Role">["rules"]>[number];

function* permissionIssues({ verbs = [], resources = [], apiGroups = [] }: Permission, path: string, kind: string): Generator<Issue> {
  if (verbs.includes("*")) yield { path: `${path}.verbs`, message: `allows every verb on ${resources.join(", ") || "its URLs"}` };
  else if (resources.includes("*")) yield { path: `${path}.resources`, message: `allows ${verbs.join(", ")} on every resource` };
  const more = verbs.filter((verb) => escalating.includes(verb));
  if (more.length > 0) yield { path: `${path}.verbs`, message: `with ${more.join(" and ")} an account can give itself more` };
  const readsSecrets = apiGroups.includes("") && resources.includes("secrets") && verbs.some((verb) => reading.includes(verb));
  if (kind === "ClusterRole" && readsSecrets)
    yield { path: `${path}.resources`, message: "reads the secrets of all namespaces it is bound in" };
}

const reading = ["get", "list", "watch"];

export const openHost = rule({
  id: "security/ingress-host",
  severity: "warning",
  why: "A rule without a host, or with a wildcard, answers for unexpected names and takes requests from later apps.",
  fix: "Name the host.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      rules:
        - http:
            paths:
              - path: /
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      const { rules = [] } = manifest.object.spec ?? {};
      for (const [index, { host }] of rules.entries()) {
        if (!host) yield { manifest, path: `spec.rules[${index}].host`, message: "answers for every host" };
        else if (host.startsWith("*"))
          yield { manifest, path: `spec.rules[${index}].host`, message: `answers for every host below ${host.slice(2)}` };
      }
    }
  },
});

export const plaintext = rule({
  id: "security/ingress-tls",
  severity: "info",
  why: "Without TLS, anybody on the network path can read and change requests, unless a load balancer in front terminates TLS.",
  fix: "Add the host to spec.tls with a Secret for its certificate, or ignore this where a load balancer terminates TLS. In overlays: `ingress: { tls: true }`.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec: { rules: [{ host: a.example }] }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      tls: [{ hosts: [a.example], secretName: a }]
      rules: [{ host: a.example }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      const { rules = [], tls = [] } = manifest.object.spec ?? {};
      const covered = new Set(tls.flatMap(({ hosts = [] }) => hosts));
      for (const [index, { host }] of rules.entries())
        if (host && !isCovered(host, covered)) yield { manifest, path: `spec.rules[${index}].host`, ...uncovered(host, covered) };
    }
  },
});

const isCovered = (host: string, covered: ReadonlySet<string>) => covered.has(host) || covered.has(`*${host.slice(host.indexOf("."))}`);

/** Who wants TLS for some hosts means it for this one too, or has misspelt it. */
const uncovered = (host: string, covered: ReadonlySet<string>) =>
  covered.size === 0
    ? { message: `${host} is served without TLS` }
    : ({
        message: `${host} is served without TLS: tls covers ${[...covered].join(", ")} only`,
        severity: "warning",
        fix: "Add the host to spec.tls, or correct its name there.",
      } as const);
