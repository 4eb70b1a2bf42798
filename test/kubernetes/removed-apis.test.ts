import { isServed, removalIn } from "../../lib/kubernetes/index.ts";

test.each([
  ["1.16", "extensions/v1beta1", "Deployment", "1.16", "apps/v1"],
  ["1.21", "extensions/v1beta1", "Ingress", undefined, undefined],
  ["1.22", "extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"],
  ["1.22", "rbac.authorization.k8s.io/v1beta1", "Role", "1.22", "rbac.authorization.k8s.io/v1"],
  ["1.25", "policy/v1beta1", "PodSecurityPolicy", "1.25", undefined],
  ["1.25", "batch/v1beta1", "CronJob", "1.25", "batch/v1"],
  ["1.26", "autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2"],
  ["1.28", "flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", undefined, undefined],
  ["1.29", "flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", "1.29", "flowcontrol.apiserver.k8s.io/v1"],
  ["1.32", "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "flowcontrol.apiserver.k8s.io/v1"],
  ["1.34", "admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", "1.34", "admissionregistration.k8s.io/v1"],
  ["1.36", "networking.k8s.io/v1beta1", "ServiceCIDR", undefined, undefined],
  ["1.37", "networking.k8s.io/v1beta1", "ServiceCIDR", "1.37", "networking.k8s.io/v1"],
  ["1.37", "storage.k8s.io/v1beta1", "VolumeAttributesClass", "1.37", "storage.k8s.io/v1"],
  ["1.36", "storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", "1.35", "storagemigration.k8s.io/v1beta1"],
  ["1.37", "storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", "1.35", "storagemigration.k8s.io/v1"],
  ["1.37", "apps/v1", "Deployment", undefined, undefined],
  ["1.37", "shop.example/v1", "Valve", undefined, undefined],
])("Kubernetes %s and %s %s: removed in %s, in favour of %s", (version, apiVersion, kind, since, use) => {
  expect(removalIn(version, apiVersion, kind)).toEqual(
    since === undefined ? undefined : expect.objectContaining({ apiVersion, since, ...(use ? { use } : {}) }),
  );
  expect(removalIn(version, apiVersion, kind)?.use).toBe(use);
});

test("what took the place of a removed API is served by the versions that its row says", () => {
  for (const [apiVersion, kind] of [
    ["batch/v1beta1", "CronJob"],
    ["policy/v1beta1", "PodDisruptionBudget"],
    ["networking.k8s.io/v1beta1", "Ingress"],
    ["flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"],
    ["storage.k8s.io/v1beta1", "CSIStorageCapacity"],
    ["events.k8s.io/v1beta1", "Event"],
    ["apiregistration.k8s.io/v1beta1", "APIService"],
    ["certificates.k8s.io/v1beta1", "CertificateSigningRequest"],
  ] as const)
    for (const version of ["1.32", "1.37"])
      expect([kind, isServed(version, removalIn(version, apiVersion, kind)?.use ?? "", kind)]).toEqual([kind, true]);
});
