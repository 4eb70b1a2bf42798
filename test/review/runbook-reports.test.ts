import { type Review, writeReview } from "../../lib/review/index.ts";
import {
  app,
  claim,
  claimSpec,
  claims,
  commandsOf,
  definition,
  deployment,
  ingress,
  job,
  named,
  type Objects,
  reviewed,
  service,
  set,
  template,
  usesClaim,
} from "./runbook-objects.ts";

describe("a runbook", () => {
  test("has the names and values of its object in its commands", () => {
    const { runbooks } = reviewed([set(claims("1Gi"))], [set(claims("2Gi"))]);
    expect(runbooks).toMatchInlineSnapshot(`
[
  {
    "downtime": false,
    "environment": "test",
    "id": "recreate-stateful-set",
    "keepsData": true,
    "objects": [
      {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "name": "web",
        "namespace": "shop",
      },
    ],
    "steps": [
      {
        "command": "kubectl patch persistentvolumeclaim data-web-0 data-web-1 --namespace=shop --type=merge --patch='{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'",
        "text": "Enlarge the claims there are, which their StorageClass must allow (allowVolumeExpansion).",
      },
      {
        "text": "Merge the change. The server refuses it, and what runs stays as it is.",
      },
      {
        "command": "kubectl delete statefulset web --namespace=shop --cascade=orphan",
        "text": "Delete the StatefulSet alone. Its pods and claims stay.",
      },
      {
        "text": "Sync again; with selfHeal, or while a sync retries, Argo CD does it by itself. The new StatefulSet takes over the pods and claims.",
      },
    ],
    "title": "Enlarge the claims, and recreate the StatefulSet while its pods run on",
  },
]
`);
  });

  test("is one for several objects of a kind, with the commands of all", () => {
    const found = reviewed([job("web:1", "a"), job("web:1", "b")], [job("web:2", "a"), job("web:2", "b")]);
    expect(found.runbooks.map(({ objects }) => objects.map(({ name }) => name))).toEqual([["a", "b"]]);
    expect(commandsOf(found)).toEqual(["kubectl delete job a --namespace=shop", "kubectl delete job b --namespace=shop"]);
  });

  test("names what is renamed by the name that is deleted", () => {
    const { runbooks } = reviewed([deployment()], [deployment({}, "store")]);
    expect(runbooks.map(({ objects }) => objects.map(({ name }) => name))).toEqual([["web"]]);
  });

  test("says that there may be downtime where the change itself stops all pods", () => {
    const recreate = { strategy: { type: "Recreate" } };
    const downtime = (after: object) => reviewed([deployment()], [after]).runbooks.map((runbook) => runbook.downtime);
    expect(downtime(deployment(recreate))).toEqual([false]);
    expect(downtime(deployment({ ...recreate, template: template(app, { hostname: "web" }) }))).toEqual([true]);
  });

  test("says that requests may fail while a port gets the name that it lacks", () => {
    const ports = (port: number, name?: string) => service({ ports: [{ port, targetPort: 8080, ...(name ? { name } : {}) }] });
    const runbooks = (name?: string, ...at: object[]) =>
      at.flatMap((backend) => reviewed([ports(80, name), ingress(backend)], [ports(8080, name), ingress(backend)]).runbooks);
    expect(runbooks("http", { number: 80 }).map(({ downtime }) => downtime)).toEqual([false]);
    expect(runbooks(undefined, { number: 80 }).map(({ downtime }) => downtime)).toEqual([true]);
    expect(runbooks("http", { name: "http" })).toEqual([]);
  });

  test("doesn't promise to keep data where the new version of a CRD lacks a field", () => {
    const { runbooks } = reviewed([definition([["v1", true, ["a", "b"]]])], [definition([["v2", true, ["a"]]])]);
    expect(runbooks.map(({ keepsData }) => keepsData)).toEqual([false]);
    expect(runbooks[0]?.steps[2]?.text).toContain("Fields that v2 doesn't have are lost by that");
  });

  test("deletes only ReplicaSets that it has marked as the Deployment's own, and labels pods only once they were shown", () => {
    const relabelled = deployment({ selector: { matchLabels: named }, template: template(named) });
    const { runbooks } = reviewed([deployment(), service({})], [relabelled, service({ selector: named })]);
    const commands = runbooks[0]?.steps.map(({ command = "" }) => command.split("\n").at(-1) ?? "") ?? [];
    const shown = "custom-columns=KIND:.kind,NAME:.metadata.name,OWNER:.metadata.ownerReferences[*].name";
    const own = `'jsonpath={range .items[?(@.metadata.ownerReferences[0].name=="web")]}{.metadata.name}{"\\n"}{end}'`;
    expect(commands).toEqual([
      `kubectl get pods,replicasets --selector=app=web --namespace=shop --output='${shown}'`,
      "kubectl label pods --selector=app=web app.kubernetes.io/name=web --namespace=shop",
      `kubectl get replicasets --namespace=shop --output=${own} | xargs -I % kubectl label replicasets % --namespace=shop --overwrite replaced-deployment=web`,
      "",
      "kubectl delete deployment web --namespace=shop --cascade=orphan",
      "",
      "kubectl wait --for=create deployment/web --namespace=shop --timeout=60s && kubectl rollout status deployment web --namespace=shop && kubectl delete replicasets --selector=replaced-deployment=web --namespace=shop",
    ]);
  });

  test("waits for the address of a load balancer before it deletes the one that had the name", () => {
    const balancer = { type: "LoadBalancer" };
    const commands = commandsOf(reviewed([service(balancer)], [service(balancer, "store")]));
    expect(commands.slice(1)).toEqual([
      "kubectl wait --for='jsonpath={.status.loadBalancer.ingress[0]}' service/store --namespace=shop --timeout=10m && kubectl get service store --namespace=shop --output='jsonpath={.status.loadBalancer.ingress}'",
      "kubectl delete service web --namespace=shop",
    ]);
  });

  test("moves the manifests' own objects to the new version of a CRD before all are written anew", () => {
    const web = (version: string) => ({ apiVersion: `web.example/${version}`, kind: "Web", metadata: { name: "web", namespace: "shop" } });
    const { runbooks } = reviewed([definition([["v1", true, ["a"]]]), web("v1")], [definition([["v2", true, ["a"]]]), web("v2")]);
    const texts = runbooks[0]?.steps.map(({ text }) => text) ?? [];
    const moved = texts.findIndex((text) => text.includes("gives Web web the apiVersion web.example/v2"));
    expect(moved).toBe(2);
    expect(texts[moved + 1]).toMatch(/^Write every object once/);
    expect(runbooks[0]?.steps[moved]?.command).toBeUndefined();
  });

  test("pauses the Application that applies the object, and names how where it isn't known", () => {
    const application = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "shop-web", namespace: "argocd" },
      spec: { project: "default", source: { repoURL: "https://git.example/a", path: "dist/prod/web" }, destination: { namespace: "shop" } },
    };
    const pair = [[set(claims("1Gi"))], [set(claims("1Gi"), "store")]] as const;
    const annotate = "kubectl annotate application shop-web argocd.argoproj.io/skip-reconcile";
    expect(commandsOf(reviewed(...pair, { "argocd/web.json": application }))).toEqual(
      expect.arrayContaining([`${annotate}=true --namespace=argocd --overwrite`, `${annotate}- --namespace=argocd`]),
    );
    const unknown = reviewed(...pair);
    expect(commandsOf(unknown).join("\n")).not.toContain("annotate");
    expect(unknown.runbooks[0]?.steps[1]?.text).toContain("annotate its Application with argocd.argoproj.io/skip-reconcile=true");
  });

  test("stops the pods that use a claim which is recreated", () => {
    const user = deployment({ template: template(app, usesClaim()) });
    const found = reviewed([claim(claimSpec("1Gi")), user], [claim(claimSpec("1Gi", "other")), user]);
    expect(commandsOf(found)).toContain("kubectl delete pods --selector=app=web --namespace=shop");
  });
});

describe("names from outside", () => {
  const hostile = ["$(reboot)", "a;reboot", "a'b", 'a"b', "a`b`", "-a", "a b", "a\nreboot", "--all", "ä"];
  const stopped = (image: string, name: string) =>
    deployment({ strategy: { type: "Recreate" }, template: template(app, { containers: [{ name: "web", image }] }) }, name);
  const balanced = (own: string, name: string) => service({ type: "LoadBalancer", loadBalancerClass: `a.example/${own}` }, name);
  test.each(hostile)("%j names nothing in a command", (name) => {
    const pairs: [Objects, Objects][] = [
      [[job("web:1", name)], [job("web:2", name)]],
      [[set(claims("1Gi"), name)], [set(claims("2Gi"), name)]],
      [[set(claims("1Gi"), "web", name)], [set(claims("2Gi"), "web", name)]],
      [[set(claims("1Gi", name))], [set(claims("2Gi", name))]],
      [[set(claims("1Gi"))], [set(claims("1Gi"), name)]],
      [[set(claims("1Gi"), name)], [set(claims("1Gi"))]],
      [[claim(claimSpec("2Gi"))], [claim(claimSpec("1Gi", name))]],
      [[deployment()], [deployment({ selector: { matchLabels: { [name]: "web" } }, template: template({ [name]: "web" }) })]],
      [[deployment()], [deployment({ selector: { matchLabels: { part: name } }, template: template({ part: name }) })]],
      [[deployment()], [deployment({}, name)]],
      [[stopped("web:1", name)], [stopped("web:2", name)]],
      [
        [service({}), deployment({}, name)],
        [service({ selector: named }), deployment({}, name)],
      ],
      [[balanced("a", name)], [balanced("b", name)]],
    ];
    for (const command of pairs.flatMap((pair) => commandsOf(reviewed(...pair)))) expect(command).not.toContain(name);
  });
});

describe("the reports", () => {
  const found = reviewed(
    [job("web:1"), claim(claimSpec("2Gi")), service({ clusterIP: "None" })],
    [job("web:2"), claim(claimSpec("1Gi")), service({ type: "NodePort" })],
  );
  const plain: Readonly<Record<"text" | "markdown" | "html", (report: string) => string>> = {
    text: (report) => report,
    markdown: (report) =>
      report.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code))).replace(/\\(.)/g, "$1"),
    html: (report) =>
      report.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
  };

  test.each(["text", "markdown", "html"] as const)("%s has the runbooks that JSON has", (format) => {
    const report = plain[format](writeReview(found, format, false));
    const { runbooks } = JSON.parse(writeReview(found, "json", false)) as Review;
    expect(runbooks).toHaveLength(3);
    expect(report.match(/What to do about it/g)).toHaveLength(1);
    for (const { title, objects, steps } of runbooks) {
      expect(report).toContain(`${title}: ${objects[0]?.kind} ${objects[0]?.name} (`);
      for (const { text } of steps) expect(report).toContain(text);
      for (const command of steps.flatMap((step) => step.command?.split("\n") ?? [])) expect(report).toContain(command);
    }
  });

  test("have none where nothing is to be done", () => {
    const alone = reviewed([deployment()], [deployment({ replicas: 3 })]);
    expect(alone.runbooks).toEqual([]);
    for (const format of ["text", "markdown", "html"] as const)
      expect(writeReview(alone, format, false)).not.toContain("What to do about it");
  });

  test("stay small, and say what they leave out", () => {
    const jobs = (image: string) => Array.from({ length: 200 }, (_none, index) => job(image, `web-${index}`));
    const many = reviewed(jobs("web:1"), jobs("web:2"));
    expect(many.runbooks).toHaveLength(1);
    expect(commandsOf(many)).toHaveLength(200);
    expect(writeReview(many, "text", false)).toContain("and 196 more commands: the JSON report has all");
    expect(writeReview(many, "markdown", false)).toContain("and 150 more commands");
    expect(writeReview(many, "html", false)).toContain("and 180 more commands");
    const sets = (storage: string) =>
      Array.from({ length: 100 }, (_none, index) =>
        set({ ...claims(storage), replicas: 100, minReadySeconds: index }, `${"a".repeat(40)}-${index}`, `shop-${index}`),
      );
    const long = reviewed(sets("1Gi"), sets("2Gi"));
    expect(Buffer.byteLength(writeReview(long, "json", false))).toBeGreaterThan(500_000);
    expect(Buffer.byteLength(writeReview(long, "html", false))).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(writeReview(long, "markdown", false))).toBeLessThan(200_000);
  });
});
