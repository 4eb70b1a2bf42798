import { Project } from "../project.ts";

const appOf = (name: string, strategy = '{ type: "Canary" }') =>
  `app("${name}", { namespace: "shop", container: { image: "${name}:1" }, workload: { kind: "Deployment", strategy: ${strategy} } })`;
const overlays = (snapshot: string) => `import { app, environment } from "slipway";
export default [
  environment("prod", {
    kubernetes: "1.34",
    cluster: { name: "prod"${snapshot} },
    registry: "r.example",
    argocd: { repository: "https://git.example/d.git" },
    apps: [${appOf("cart")}, ${appOf("done")}, ${appOf("mail")}, ${appOf("old", '{ type: "RollingUpdate" }')}, ${appOf("stuck")}, ${appOf("web")}],
  }),
];
`;
const snapshot = `apiVersion: slipway/v1
kind: ClusterSnapshot
kubernetes: "1.34"
apiResources: {}
namespaces:
  shop:
    rollouts:
      cart: { phase: Degraded, aborted: true }
      mail: { phase: Progressing, step: 2, steps: 2 }
      old: { phase: Paused }
      stuck: { phase: Degraded }
      web: { phase: Paused, step: 1, steps: 3 }
`;

test("status shows the rollouts that the snapshot of the cluster has, of the apps that have one", () => {
  const project = new Project({ "overlays/index.ts": overlays(', snapshot: "cluster.yaml"'), "cluster.yaml": snapshot });
  const { stdout } = project.slipway("status", "--offline");
  expect(stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
    "cart  prod  1  rollout aborted: the pods of before serve all requests",
    "done  prod  1",
    "mail  prod  1  rollout goes on at step 2 of 2",
    "old  prod  1",
    "stuck  prod  1  rollout degraded",
    "web  prod  1  rollout waits at step 2 of 3",
    "Shown: the files of this folder.",
    "",
  ]);
  const { images } = JSON.parse(project.slipway("status", "--offline", "--format", "json").stdout) as {
    images: { app: string; rollout?: object }[];
  };
  expect(Object.fromEntries(images.map(({ app, rollout }) => [app, rollout]))).toMatchObject({
    cart: { phase: "Degraded", aborted: true },
    done: undefined,
    web: { phase: "Paused", step: 1, steps: 3 },
  });
});

test("status shows none where the environment names no snapshot", () => {
  const project = new Project({ "overlays/index.ts": overlays("") });
  expect(project.slipway("status", "--offline").stdout).not.toMatch(/rollout/);
});
