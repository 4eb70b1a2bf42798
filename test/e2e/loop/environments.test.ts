import { describeWithServers } from "../api-server.ts";
import { everyKind } from "./every-kind.ts";
import { fakeProvider } from "./external-secrets.ts";
import { Loop, loopPrograms } from "./loop.ts";

describeWithServers(
  "every environment comes up from its root, and then nothing is a difference to Argo CD",
  () => {
    const estate = fakeProvider();
    const own = { fake: { data: [{ key: "shop/web", value: '{"token":"t","key":"k"}' }] } };

    test.each<[string, ConstructorParameters<typeof Loop>[0]]>([
      ["staging", { secrets: estate }],
      ["prod", { secrets: estate }],
      ["prod-us", { secrets: estate }],
      ["everything", { overlays: (repository) => everyKind(repository, own) }],
    ])(
      "%s",
      async (environment, options) => {
        // An installed Argo CD compares every two minutes, and so notices changes whose event it missed.
        const loop = new Loop(options, 120);
        try {
          await loop.start();
          loop.bootstrap(environment);
          const applications = await loop.allSynced(environment, 300);
          for (const { metadata } of applications) await loop.argoCd.refresh(metadata.name, "hard");
          await new Promise((next) => setTimeout(next, 4000));
          for (const { metadata, status } of await loop.allSynced(environment))
            expect([metadata.name, status?.resources?.filter((entry) => entry.status !== "Synced" && !entry.hook)]).toEqual([
              metadata.name,
              [],
            ]);
          if (environment === "everything") expect(await kindsOf(loop)).toEqual(everyKindThereIs);
        } finally {
          loop.stop();
        }
      },
      420_000,
    );
  },
  loopPrograms,
);

/** Kinds that Applications hold, hooks among them. */
async function kindsOf(loop: Loop): Promise<string[]> {
  const applications = await loop.argoCd.applications();
  return [...new Set(applications.flatMap(({ status }) => status?.resources ?? []).map(({ kind }) => kind))].sort();
}

const everyKindThereIs = [
  "AppProject",
  "Application",
  "ClusterSecretStore",
  "ConfigMap",
  "CronJob",
  "DaemonSet",
  "Deployment",
  "ExternalSecret",
  "HorizontalPodAutoscaler",
  "Ingress",
  "Job",
  "Namespace",
  "NetworkPolicy",
  "PersistentVolumeClaim",
  "PodDisruptionBudget",
  "Secret",
  "Service",
  "ServiceAccount",
  "StatefulSet",
];
