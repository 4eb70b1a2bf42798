import { yaml } from "../example.ts";
import { providedBy } from "../provided-objects.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { inNamespace, namespaceOf } from "../scope.ts";
import { missing } from "./missing.ts";

const gateway = yaml`
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: a, namespace: shop }
  spec:
    gatewayClassName: a
    listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: a-tls }] } }]
`;

export const listenerCertificate = rule({
  id: "references/listener-certificate",
  severity: "warning",
  why: "A listener whose certificate doesn't exist isn't programmed: the Gateway answers no request on its port.",
  fix: "Create the Secret, let cert-manager create it, or correct its name.",
  source: "https://gateway-api.sigs.k8s.io/guides/tls/",
  bad: gateway,
  good: `${gateway}---\n${yaml`
    apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: { name: a, namespace: shop }
    spec: { secretName: a-tls, dnsNames: [a.example], issuerRef: { name: a } }
  `}`,
  *check(scope) {
    const provided = providedBy(scope);
    for (const manifest of scope.ofCustomKind("gateway.networking.k8s.io/Gateway")) {
      // cert-manager creates the certificates of a Gateway that names an issuer.
      if (Object.keys(manifest.object.metadata.annotations ?? {}).some((key) => key.startsWith("cert-manager.io/"))) continue;
      for (const [index, entry] of itemsOf(membersOf(manifest.object.spec).listeners).entries())
        for (const [place, reference] of itemsOf(membersOf(membersOf(entry).tls).certificateRefs).entries()) {
          const { name, namespace: other, kind = "Secret" } = membersOf(reference);
          const namespace = textOf(other) || namespaceOf(manifest);
          if (kind !== "Secret" || textOf(name) === "" || provided.secret(namespace, textOf(name))) continue;
          yield {
            manifest,
            path: `spec.listeners[${index}].tls.certificateRefs[${place}].name`,
            message: `nothing creates the Secret "${textOf(name)}"${inNamespace(manifest)}`,
            ...missing({ kind: "Secret", namespace, name: textOf(name), candidates: provided.secretNames(namespace) }),
          };
        }
    }
  },
});
