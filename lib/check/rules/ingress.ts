import {
  type IngressBackend,
  type IngressSpec,
  type Issue,
  isIngressHost,
  isPathSegment,
  isPort,
  isPortName,
  isServiceNameSince,
  isSubdomain,
  minorOf,
} from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, formed, objectName, refused, required, within } from "./issues.ts";

export const ingresses = rule({
  id: "schema/ingress",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: orders
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
              - path: /orders
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  *check(scope) {
    const holds = isServiceNameSince(minorOf(scope.environment.kubernetes));
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      const spec = manifest.object.spec ?? {};
      yield* within(manifest, ingressIssues(spec));
      yield* within(manifest, serviceNameIssues(spec, holds));
    }
  },
});

function* ingressIssues({ rules = [], tls, defaultBackend, ingressClassName }: IngressSpec): Generator<Issue> {
  if (rules.length === 0 && !defaultBackend) yield { path: "spec", message: "expected rules or a defaultBackend, found neither" };
  yield* formed(ingressClassName, isSubdomain, "spec.ingressClassName", "an object's name");
  if (defaultBackend) yield* backendIssues(defaultBackend, "spec.defaultBackend");
  yield* each(tls, "spec.tls", function* ({ hosts, secretName }, path) {
    yield* each(hosts, `${path}.hosts`, (host, at) => [...required(host, at), ...hostIssues(host, at)]);
    yield* objectName(secretName, `${path}.secretName`);
  });
  yield* each(rules, "spec.rules", ruleIssues);
}

function* serviceNameIssues({ rules, defaultBackend }: IngressSpec, holds: (text: unknown) => boolean): Generator<Issue> {
  const ofBackend = (backend: IngressBackend | undefined, path: string) =>
    formed(backend?.service?.name, (text) => text === "" || holds(text), `${path}.service.name`, "a Service's name");
  yield* ofBackend(defaultBackend, "spec.defaultBackend");
  yield* each(rules, "spec.rules", ({ http }, path) =>
    each(http?.paths, `${path}.http.paths`, ({ backend }, at) => ofBackend(backend, `${at}.backend`)),
  );
}

function* ruleIssues({ host, http }: NonNullable<IngressSpec["rules"]>[number], path: string): Generator<Issue> {
  yield* hostIssues(host, `${path}.host`);
  if (http && (http.paths ?? []).length === 0) yield { path: `${path}.http.paths`, message: "is required but missing" };
  yield* each(http?.paths, `${path}.http.paths`, pathIssues);
}

type HttpPath = NonNullable<NonNullable<NonNullable<IngressSpec["rules"]>[number]["http"]>["paths"]>[number];

function* pathIssues({ path, pathType, backend = {} }: HttpPath, at: string): Generator<Issue> {
  yield* required(pathType, `${at}.pathType`);
  yield* formed(
    pathType,
    (type) => type === "" || ["Exact", "Prefix", "ImplementationSpecific"].includes(String(type)),
    `${at}.pathType`,
    "one of Exact, Prefix, ImplementationSpecific",
  );
  if (pathType === "Exact" || pathType === "Prefix") {
    yield* formed(path ?? "", (value) => String(value).startsWith("/"), `${at}.path`, "a path that begins with /");
    yield* formed(
      path,
      (value) => !/\/\/|\/\.\.?(\/|$)|%2f/i.test(String(value)),
      `${at}.path`,
      "a path without '//', '/./', '/../' and '%2f'",
    );
  } else yield* formed(path, (value) => value === "" || String(value).startsWith("/"), `${at}.path`, "a path that begins with /");
  yield* backendIssues(backend, `${at}.backend`);
}

const hostIssues = (host: string | undefined, path: string): readonly Issue[] =>
  formed(host, (name) => name === "" || isIngressHost(name), path, "a DNS name, or a wildcard as *.shop.example");

function* backendIssues({ service, resource }: IngressBackend, path: string): Generator<Issue> {
  if (!service === !resource) yield { path, message: "expected a service or a resource, found none or both" };
  else if (service) yield* serviceIssues(service, `${path}.service`);
  else if (resource) yield* resourceIssues(resource, `${path}.resource`);
}

function* resourceIssues(resource: NonNullable<IngressBackend["resource"]>, path: string): Generator<Issue> {
  yield* formed(resource.apiGroup, isSubdomain, `${path}.apiGroup`, "an API group");
  for (const key of ["kind", "name"] as const) {
    yield* required(resource[key], `${path}.${key}`);
    yield* formed(resource[key], (text) => text === "" || isPathSegment(text), `${path}.${key}`, "no '/', '%', '.' or '..'");
  }
}

function* serviceIssues(service: NonNullable<IngressBackend["service"]>, path: string): Generator<Issue> {
  yield* required(service.name, `${path}.name`);
  const { name, number } = service.port ?? {};
  if (!name === !number) yield { path: `${path}.port`, message: "expected a name or a number, found none or both" };
  if (number) yield* formed(number, isPort, `${path}.port.number`, "a port from 1 to 65535");
  if (name) yield* formed(name, isPortName, `${path}.port.name`, "a port's name");
}
