import { isRecord, own } from "../outside/index.ts";

/** API groups of configuration files that tools read themselves and no API server takes, and whose they are. */
const groups: Readonly<Record<string, string>> = {
  "apiserver.config.k8s.io": "configuration of the API server",
  "apiserver.k8s.io": "configuration of the API server",
  "audit.k8s.io": "an audit policy of the API server",
  "backstage.io": "a Backstage entity",
  "chainsaw.kyverno.io": "a Chainsaw test",
  "cli.kyverno.io": "a Kyverno test",
  "client.authentication.k8s.io": "credentials of kubectl",
  "component.config.k8s.io": "configuration of a component",
  "ctlptl.dev": "configuration of ctlptl",
  "eksctl.io": "configuration of eksctl",
  "install.istio.io": "configuration of istioctl",
  "k3d.io": "configuration of k3d",
  "kind.x-k8s.io": "configuration of kind",
  "kpt.dev": "a Kptfile",
  "kubeadm.k8s.io": "configuration of kubeadm",
  "kubecontroller.config.k8s.io": "configuration of the controller manager",
  "kubelet.config.k8s.io": "configuration of the kubelet",
  "kubeproxy.config.k8s.io": "configuration of kube-proxy",
  "kubescheduler.config.k8s.io": "configuration of the scheduler",
  "kustomize.config.k8s.io": "a kustomization or a component of one",
  "kuttl.dev": "a KUTTL test",
  "pod-security.admission.config.k8s.io": "configuration of the API server",
  skaffold: "configuration of Skaffold",
  slipway: "a file of slipway's own",
};

/** Kinds of version v1 that were never served. */
const configurations: Readonly<Record<string, string>> = { Config: "a kubeconfig", Policy: "configuration of the scheduler" };

/** Members that only files of another kind have at their top, and what those are. */
const members: readonly (readonly [names: readonly string[], what: string])[] = [
  [["services"], "a Compose file"],
  [["jobs", "on"], "a workflow of GitHub Actions"],
  [["stages"], "a pipeline of GitLab"],
  [["repos"], "configuration of pre-commit"],
];

/** What a document is that isn't a manifest; undefined for one that is, or that should have been. */
export function otherDocument(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.every((item) => isRecord(item) && "op" in item && "path" in item) ? "a JSON patch" : "a list";
  if (!isRecord(value)) return "a single value";
  const { apiVersion, kind } = value;
  const hasText = (part: unknown) => typeof part === "string" && part !== "";
  if (hasText(apiVersion)) {
    const text = String(apiVersion);
    if (text === "v1") return typeof kind === "string" ? own(configurations, kind) : undefined;
    return text.includes("/") ? own(groups, text.slice(0, text.indexOf("/"))) : undefined;
  }
  // A list of Kubernetes needs no more than its items; who wrote a kind and metadata meant a manifest.
  if (Array.isArray(value.items) || hasText(kind) || isRecord(value.metadata)) return undefined;
  const known = members.find(([names]) => names.every((name) => name in value));
  return known?.[1] ?? "neither a manifest nor a list of them: it has no apiVersion and no kind";
}

/** Whether a text is a template that something else has yet to fill in, so that it needn't be YAML. */
export const isTemplate = (text: string) => template.test(text);

/** Whether a template's places stand outside of quotes too, where they may be anything but YAML. */
export const isBareTemplate = (text: string) => text.split("\n").some((line) => template.test(line.replace(quoted, "")));

const template = /\{\{-?\s*[^{}\s][^{}]*\}\}/;
/** What stands in quotes is a text for YAML, whatever tool reads it later. */
const quoted = /"(?:[^"\\]|\\.)*"|'[^']*'/g;

/** An object without what sops adds, and without the values that it encrypted: they are unknown, not wrong. */
export function decrypted(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!isRecord(object.sops)) return object;
  const { sops: _sops, ...rest } = object;
  return withoutCiphertext(rest, false) as Readonly<Record<string, unknown>>;
}

const isCiphertext = (value: unknown) => typeof value === "string" && /^ENC\[[A-Z0-9_]+,/.test(value);

/** @param isData whether the keys count and any text will do for a value; elsewhere a member that is encrypted is left out */
function withoutCiphertext(value: unknown, isData: boolean): unknown {
  if (isCiphertext(value)) return "";
  if (Array.isArray(value)) return value.map((item) => withoutCiphertext(item, false));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => isData || !isCiphertext(member))
      .map(([key, member]) => [key, withoutCiphertext(member, key === "data" || key === "stringData")]),
  );
}
