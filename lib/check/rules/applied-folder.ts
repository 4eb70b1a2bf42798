import { joined } from "../../kubernetes/index.ts";
import { skipMarker, skipMarkerIn } from "../../manifest/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

export const foreignFile = rule({
  id: "fleet/foreign-file",
  severity: "error",
  why: "Argo CD reacts to more than manifests: .argocd-source.yaml changes how the whole folder is rendered, and links lead to other content. What such a file does no review shows.",
  fix: "Move it out of dist, or delete it; what is to be applied goes into overlays/.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git",
  bad: yaml`
    # dist/prod/shop/.argocd-source.yaml
    directory: { recurse: true, include: '*' }
  `,
  good: yaml`
    # dist/prod/shop/ConfigMap.shop.k8s.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: shop, namespace: shop }
  `,
  // Found by what lies in the folder: see foreignFindings.
  *check() {},
});

export const skippedFile = rule({
  id: "fleet/skipped-file",
  severity: "error",
  why: "Argo CD passes over a file that holds its marker anywhere, in a value or a comment too, and prunes the objects of the file from the cluster.",
  fix: `Remove ${skipMarker} from the manifest.`,
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/directory/#skipping-file-rendering",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { note: '+argocd:skip-file-rendering' }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { note: 'none' }
  `,
  *check({ manifests, unsound }) {
    for (const manifest of [...manifests, ...unsound]) {
      const path = skipMarkerIn(manifest.object);
      if (path)
        yield {
          manifest,
          path: path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : joined(text, key)), ""),
          message: `it holds ${skipMarker}`,
        };
    }
  },
});
