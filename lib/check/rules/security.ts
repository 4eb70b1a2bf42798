import { joined } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

const secretName = /(^|[_-])(password|passwd|pwd|secret|token|api[_-]?key|private[_-]?key|credentials?)$/i;
/** Names that only look like it: what they hold is a place or a setting. */
const harmlessName = /(file|path|name|url|ttl|issuer|audience)$/i;
/** Texts that are secrets whatever they are called: keys in PEM, tokens with the prefixes their makers gave them. */
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
    for (const { manifest, containers } of scope.pods) {
      for (const { container, path } of containers) {
        for (const [index, { name = "", value = "" }] of (container.env ?? []).entries())
          if (isSecret(name, value))
            yield { manifest, path: `${path}.env[${index}].value`, message: `the variable ${name} holds what looks like a secret` };
        for (const list of ["command", "args"] as const)
          for (const [index, text] of (container[list] ?? []).entries())
            if (secretFlag.test(text) || secretText.test(text))
              yield {
                manifest,
                path: `${path}.${list}[${index}]`,
                message: "an argument holds what looks like a secret; everybody on the node can read it",
              };
      }
    }
    for (const manifest of scope.ofKind("ConfigMap"))
      for (const [key, value] of Object.entries((manifest.object.data ?? {}) as Readonly<Record<string, string>>))
        if (isSecret(key, value))
          yield { manifest, path: joined("data", key), message: `the key ${key} holds what looks like a secret, in a ConfigMap` };
  },
});

function isSecret(name: string, value: string): boolean {
  if (secretText.test(value)) return true;
  return value !== "" && secretName.test(name) && !harmlessName.test(name) && !/^(true|false|\d{1,3}|\$\(.*\)|\$\{.*\})$/i.test(value);
}

export const image = rule({
  id: "security/image-tag",
  severity: "warning",
  why: "An image without tag, or with `latest`, is whatever was pushed last: two pods of one rollout may differ, and a rollback gives the same again.",
  fix: "Pin a tag that doesn't move, or a digest: slipway image set ENV IMAGE:TAG@DIGEST.",
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
    for (const { manifest, containers } of scope.pods) {
      for (const { container, path } of containers) {
        const reference = container.image ?? "";
        if (reference === "" || reference.includes("@")) continue;
        const tag = /:([^/:]+)$/.exec(reference)?.[1];
        if (tag === undefined || tag === "latest")
          yield { manifest, path: `${path}.image`, message: `the image "${reference}" ${tag ? "has the tag latest" : "has no tag"}` };
      }
    }
  },
});

const _rbac = "rbac.authorization.k8s.io";
/** Verbs with which an account can give itself more. */
const escalating = ["escalate", "bind", "impersonate"];

export const broadRole = rule({
  id: "security/broad-role",
  severity: "warning",
  why: "Whoever gets into a pod of that account may do all of it.",
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
    for (const kind of ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"] as const) {
      for (const manifest of scope.ofKind(kind)) {
        const { rules } = manifest.object;
        for (const [index, { verbs = [], resources = [], apiGroups = [] }] of (rules ?? []).entries()) {
          const path = `rules[${index}]`;
          if (verbs.includes("*"))
            yield { manifest, path: `${path}.verbs`, message: `allows everything with ${resources.join(", ") || "them"}` };
          else if (resources.includes("*")) yield { manifest, path: `${path}.resources`, message: "allows it with every resource" };
          const more = verbs.filter((verb) => escalating.includes(verb));
          if (more.length > 0)
            yield { manifest, path: `${path}.verbs`, message: `with ${more.join(" and ")} an account can give itself more` };
          if (
            manifest.object.kind === "ClusterRole" &&
            apiGroups.includes("") &&
            resources.includes("secrets") &&
            verbs.some((verb) => ["get", "list", "watch"].includes(verb))
          )
            yield { manifest, path: `${path}.resources`, message: "reads the secrets of all namespaces it is bound in" };
        }
      }
    }
    for (const manifest of scope.ofKind("rbac.authorization.k8s.io/ClusterRoleBinding")) {
      const { roleRef } = manifest.object;
      if (roleRef?.name === "cluster-admin")
        yield { manifest, path: "roleRef.name", message: "makes its subjects administrators of the cluster" };
    }
  },
});

export const openHost = rule({
  id: "security/ingress-host",
  severity: "warning",
  why: "A rule without host, or with a wildcard, answers for names nobody thought of, and takes requests from apps that come later.",
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
  why: "Without TLS, whoever is on the way reads and changes what is sent, unless something before the controller ends TLS.",
  fix: "Say `ingress: { tls: true }` in the environment, or let it be where a load balancer ends TLS.",
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
      for (const [index, { host }] of rules.entries()) {
        const wildcard = host && `*${host.slice(host.indexOf("."))}`;
        if (host && !covered.has(host) && !(wildcard && covered.has(wildcard)))
          yield { manifest, path: `spec.rules[${index}].host`, message: `${host} is served without TLS` };
      }
    }
  },
});
