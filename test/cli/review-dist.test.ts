import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { marker } from "../../lib/dist/index.ts";
import { describeWithTools } from "../tools.ts";
import { commit, repository, reviewed, run } from "./review-repository.ts";

const config = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { a: "${value}" }\n`;
const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "${image}" }] } }
`;
const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: prod-web, namespace: argocd }
spec: { project: default, source: { repoURL: "https://git.example/a.git", path: dist/prod/web }, destination: { namespace: shop } }
`;
const generated = (folder: string, text: string) => `${marker} for ${folder}: change overlays/, not this file.\n${text}`;
const dist = {
  "dist/prod/kustomization.yaml": `# ${marker}\nresources: [web/Deployment.web.k8s.yaml]\n`,
  "dist/prod/argocd/Application.prod-web.k8s.yaml": generated("prod/argocd", application),
  "dist/prod/web/ConfigMap.web.k8s.yaml": generated("prod/web", config("web", "1")),
  "dist/prod/web/Deployment.web.k8s.yaml": generated("prod/web", deployment("web:2")),
  "dist/prod/kube/ConfigMap.kube.k8s.yaml": generated("prod/kube", config("kube", "1")),
};
/** The same objects before slipway: a kustomization, a chart, a folder and a file. */
const sources = {
  "old/production/kustomization.yaml": 'resources: [../base]\nimages: [{ name: web, newTag: "2" }]\n',
  "old/base/kustomization.yaml": "resources: [all.yaml]\n",
  "old/base/all.yaml": [deployment("web:1"), config("web", "1"), config("kube", "1")].join("---\n"),
  "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
  "chart/templates/all.yaml": [deployment("web:{{ .Values.tag }}"), config("web", "1"), config("kube", "1")].join("---\n"),
  "chart/prod.yaml": 'tag: "2"\n',
  "plain/shop/web.yaml": [deployment("web:2"), config("web", "1")].join("---\n"),
  "plain/kube.yaml": config("kube", "1"),
  "all.yaml": [deployment("web:2"), config("web", "1"), config("kube", "1")].join("---\n"),
};
const project = () => repository({ ...sources, ...dist });

describeWithTools(["kustomize", "helm"], "slipway review of a source and the folder that slipway generated of it", () => {
  test.each(["old/production", "chart:prod.yaml", "plain", "all.yaml", "HEAD:old/production"])(
    "certifies that %s and dist/prod are the same, and takes Argo CD's own objects for no difference",
    (source) => {
      const certified = {
        status: 0,
        stdout: expect.stringMatching(
          /^Nothing changes in the cluster\.\n3 objects in 1 environment .* the API server would hold the same\.\n$/,
        ),
        stderr: "",
      };
      expect(run(project(), source, "dist/prod", "--expect", "none")).toMatchObject(certified);
      expect(run(project(), "dist/prod", source, "--expect", "none")).toMatchObject(certified);
      expect(run(project(), source, "HEAD:dist/prod", "--expect", "none")).toMatchObject(certified);
    },
  );

  test("shows what differs, what one side lacks, and what slipway didn't generate", () => {
    const changed = project();
    changed.write({
      "dist/prod/web/Deployment.web.k8s.yaml": generated("prod/web", deployment("web:3")),
      "dist/prod/kube/ConfigMap.kube.k8s.yaml": generated("prod/kube", config("other", "1")),
      "dist/prod/web/x.yaml": config("foreign", "1"),
    });
    const { changes } = reviewed(changed, "old/production", "dist/prod");
    expect(changes.map(({ environment, resource, impact, file }) => `${environment} ${impact} ${resource.kind} ${file}`)).toEqual([
      "prod deletion ConfigMap dist/prod/kube/ConfigMap.kube.k8s.yaml",
      "prod rejected File dist/prod/web/x.yaml",
      "prod rollout Deployment dist/prod/web/Deployment.web.k8s.yaml",
    ]);
  });

  test("compares an app's folder with the app alone, and all of dist with no single source", () => {
    const { status, stdout } = run(project(), "dist/prod/kube", "plain/kube.yaml", "--expect", "none");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("1 object in 1 environment") });
    expect(run(project(), "old/production", "dist")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^dist: holds environments, and the other source is one\n.*Name the folder of an environment/),
    });
  });

  test("keeps Argo CD's objects where both sides are of slipway, and where one side holds nothing", () => {
    const grown = project();
    grown.write({
      "dist/prod/argocd/Application.prod-web.k8s.yaml": generated("prod/argocd", application.replace("shop", "other")),
    });
    mkdirSync(join(grown.folder, "empty"));
    const kinds = (old: string) => reviewed(grown, old, "dist/prod").changes.map(({ resource }) => resource.kind);
    expect(kinds("HEAD:dist/prod")).toEqual(["Application"]);
    expect(kinds("empty").sort()).toEqual(["Application", "ConfigMap", "ConfigMap", "Deployment"]);
    commit(grown);
    expect(kinds("HEAD:dist/prod")).toEqual([]);
  });
});
