import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

const certificate = (solver: string) =>
  yaml`
  apiVersion: cert-manager.io/v1
  kind: Certificate
  metadata: { name: a, namespace: shop }
  spec: { secretName: a-tls, dnsNames: ["*.shop.example"], issuerRef: { name: a, kind: Issuer } }
  ---
  apiVersion: cert-manager.io/v1
  kind: Issuer
  metadata: { name: a, namespace: shop }
  spec:
    acme:
      server: https://acme.example/directory
      privateKeySecretRef: { name: a-account }
      solvers: [{ SOLVER }]
`.replace("SOLVER", solver);

export const certificateSolver = rule({
  id: "rollout/certificate-solver",
  severity: "error",
  why: "An ACME server proves a name with a wildcard by DNS alone: cert-manager finds no solver, and the certificate is never issued.",
  fix: "Give the issuer a dns01 solver, or name the hosts one by one.",
  source: "https://letsencrypt.org/docs/challenge-types/#http-01-challenge",
  bad: certificate("http01: { ingress: { ingressClassName: nginx } }"),
  good: certificate("dns01: { route53: { region: eu-central-1 } }"),
  *check(scope) {
    for (const manifest of scope.ofCustomKind("cert-manager.io/Certificate")) {
      const names = itemsOf(membersOf(manifest.object.spec).dnsNames).map(textOf);
      const index = names.findIndex((name) => name.startsWith("*."));
      const solvers = index === -1 ? [] : solversOf(manifest, scope);
      if (solvers.length > 0 && solvers.every((solver) => membersOf(solver).http01 !== undefined))
        yield {
          manifest,
          path: `spec.dnsNames[${index}]`,
          message: `the issuer has http01 solvers only, and "${names[index]}" is a wildcard`,
        };
    }
  },
});

function solversOf(manifest: CheckedManifest, scope: Scope): readonly unknown[] {
  const { kind, name } = membersOf(membersOf(manifest.object.spec).issuerRef);
  const isCluster = kind === "ClusterIssuer";
  const issuer = scope
    .ofCustomKind(`cert-manager.io/${isCluster ? "ClusterIssuer" : "Issuer"}`)
    .find((other) => other.object.metadata.name === name && (isCluster || namespaceOf(other) === namespaceOf(manifest)));
  return itemsOf(membersOf(membersOf(issuer?.object.spec).acme).solvers);
}
