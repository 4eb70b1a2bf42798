import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeWithServers } from "../api-server.ts";
import { Loop, loopPrograms } from "./loop.ts";

const namespace = "dominos-service-backend";
const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: sneaky-${name}, namespace: ${namespace} }\ndata: { a: b }\n`;
const json = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `sneaky-${name}`, namespace } });

/** Every file that Argo CD's repo server reacts to in a folder whose type no Application says, but for .argocd-source.yaml. */
const files: Readonly<Record<string, string>> = {
  "kustomization.yaml": "namePrefix: sneaky-\nresources: [x.yaml]\n",
  "kustomization.yml": "namePrefix: sneaky-\nresources: [x.yaml]\n",
  Kustomization: "namePrefix: sneaky-\nresources: [x.yaml]\n",
  "Chart.yaml": "apiVersion: v2\nname: sneaky\nversion: 1.0.0\n",
  "templates/x.yaml": configMap("template"),
  "x.jsonnet": json("jsonnet"),
  "x.json": json("json"),
  "x.yml": configMap("yml"),
  "x.yaml": configMap("yaml"),
  "X.K8S.YAML": configMap("capitals"),
  "x.k8s.yaml.yaml": configMap("twice"),
  "sub/x.k8s.yaml": configMap("sub"),
  ".argocd-allow-concurrency": "",
  "plugin.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: { name: sneaky }\n",
};

describeWithServers(
  "files beside the manifests of an app, on Argo CD",
  () => {
    const loop = new Loop();
    const { estate, argoCd, cluster } = loop;
    const folder = () => join(estate.clone, "dist/dev/storefront");
    beforeAll(async () => {
      await loop.start();
      loop.bootstrap("dev");
      await loop.allSynced("dev");
    }, 400_000);
    afterAll(() => loop.stop());

    const configMaps = async () => {
      const { body } = await cluster.ask("GET", `/api/v1/namespaces/${namespace}/configmaps`);
      return (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name).sort();
    };
    const sourceType = async () => {
      const state = (await argoCd.application("dev-storefront")) as { status?: { sourceType?: string } } | undefined;
      return state?.status?.sourceType;
    };
    const write = (all: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(all)) {
        mkdirSync(dirname(join(folder(), name)), { recursive: true });
        writeFileSync(join(folder(), name), text);
      }
    };
    /** What review and check say of foreign files, before they are pushed. */
    const shown = async () => {
      const { changes } = JSON.parse(await estate.slipway("review", "--format", "json")) as {
        changes: { resource: { kind: string; name: string }; impact: string }[];
      };
      const check = await estate.attempt("check", "--env", "dev", "--format", "json");
      const { findings } = JSON.parse(check.stdout) as { findings: { rule: string; file: string }[] };
      return {
        review: changes.map(({ resource, impact }) => `${impact} ${resource.kind} ${resource.name}`).sort(),
        check: findings.filter(({ rule }) => rule === "fleet/foreign-file").map(({ file }) => file.replace("dist/dev/storefront/", "")),
        statuses: [check.status, (await estate.attempt("synth", "--check")).status],
      };
    };

    test("nothing but *.k8s.yaml of the folder itself is applied, and the folder stays plain YAML", async () => {
      const before = await configMaps();
      write(files);
      const names = Object.keys(files).sort();
      expect(await shown()).toEqual({
        review: names.map((name) => `rejected File ${name}`),
        check: expect.arrayContaining(names),
        statuses: [1, 1],
      });
      const pushed = await estate.commit("Somebody pushes files of all kinds");
      await loop.synced(["dev-storefront"], pushed);
      await argoCd.refresh("dev-storefront", "hard");
      await new Promise((next) => setTimeout(next, 5000));
      const [state] = (await loop.synced(["dev-storefront"], pushed)).filter(({ metadata }) => metadata.name === "dev-storefront");
      expect(await configMaps()).toEqual(before);
      expect(await sourceType()).toBe("Directory");
      // Applied is exactly what the manifests of the folder hold.
      const manifests = readdirSync(folder()).filter((name) => name.endsWith(".k8s.yaml"));
      expect(state?.status?.resources?.map(({ kind, name }) => `${kind}.${name}.k8s.yaml`).sort()).toEqual(manifests.sort());
    }, 300_000);

    test("a manifest of another's hand and a link to one are applied: review shows the one's object and the other's name", async () => {
      for (const name of Object.keys(files)) rmSync(join(folder(), name));
      write({ "ConfigMap.sneaky-hand.k8s.yaml": configMap("hand"), "../../hidden.yaml": configMap("link") });
      symlinkSync("../../hidden.yaml", join(folder(), "x.k8s.yaml"));
      const { review, check, statuses } = await shown();
      expect(review).toEqual(expect.arrayContaining(["in-place ConfigMap sneaky-hand", "rejected File x.k8s.yaml"]));
      expect({ check, statuses }).toEqual({ check: ["ConfigMap.sneaky-hand.k8s.yaml", "x.k8s.yaml"], statuses: [1, 1] });
      await loop.synced(["dev-storefront"], await estate.commit("A manifest by hand, and a link"));
      expect(await configMaps()).toEqual(expect.arrayContaining(["sneaky-hand", "sneaky-link"]));
      for (const name of ["ConfigMap.sneaky-hand.k8s.yaml", "x.k8s.yaml", "../../hidden.yaml"]) rmSync(join(folder(), name));
      await loop.synced(["dev-storefront"], await estate.commit("They are gone"));
    }, 300_000);

    test.each([".argocd-source.yaml", ".argocd-source-dev-storefront.yaml"])(
      "%s is merged over the Application's source, which no spec prevents: review and check show it",
      async (name) => {
        write({ [name]: "directory: { include: '*' }\n", "x.yaml": configMap("source") });
        expect(await shown()).toEqual({
          review: [`rejected File ${name}`, "rejected File x.yaml"],
          check: [name, "x.yaml"],
          statuses: [1, 1],
        });
        const pushed = await estate.commit("Another source");
        await loop.synced(["dev-storefront"], pushed);
        expect(await configMaps()).toContain("sneaky-source");
        for (const gone of [name, "x.yaml"]) rmSync(join(folder(), gone));
        await loop.synced(["dev-storefront"], await estate.commit("It is gone"));
        await cluster.until("what it brought is gone", async () => !(await configMaps()).includes("sneaky-source"));
      },
      300_000,
    );
  },
  loopPrograms,
);
