import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { freePort } from "../../free-port.ts";
import type { Cluster } from "../cluster.ts";

interface ExternalSecret {
  readonly kind: string;
  readonly spec: { readonly data?: readonly { readonly remoteRef: { readonly key: string; readonly property?: string } }[] };
}

/** The operator itself; its metrics stay on loopback. */
export async function startExternalSecrets(cluster: Cluster): Promise<void> {
  cluster.runAgain("external-secrets", [`--metrics-addr=127.0.0.1:${await freePort()}`, "--concurrent=4"], {
    KUBECONFIG: cluster.kubeconfig(),
    HOME: cluster.file("."),
  });
}

/** A provider, for tests, that knows every secret the environments in dist ask for: https://external-secrets.io/latest/provider/fake/ */
export function fakeProvider(): object {
  const asked = new Map<string, Record<string, string>>();
  for (const name of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    if (!/\/ExternalSecret\..*\.yaml$/.test(name)) continue;
    const { spec } = parse(readFileSync(join("dist", name), "utf8")) as ExternalSecret;
    for (const { remoteRef } of spec.data ?? [])
      asked.set(remoteRef.key, { ...asked.get(remoteRef.key), [remoteRef.property ?? "value"]: `a secret of ${remoteRef.key}` });
  }
  return { fake: { data: [...asked].map(([key, properties]) => ({ key, value: JSON.stringify(properties) })) } };
}
