import { chartReference } from "../../lib/charts/index.ts";

test.each([
  ["oci://registry.example/charts/redis", undefined, { kind: "registry", address: "oci://registry.example/charts/redis", name: "redis" }],
  ["oci://127.0.0.1:5000/redis", undefined, { kind: "registry", address: "oci://127.0.0.1:5000/redis", name: "redis" }],
  ["https://charts.example/", "redis", { kind: "repository", address: "https://charts.example", name: "redis" }],
  ["bitnami/redis", undefined, { kind: "named repository", repository: "bitnami", name: "redis" }],
])("%s %s is known for what it is", (address, name, found) => {
  expect(chartReference(address, name, "1.2.3-rc.1+build.5")).toEqual({ ...found, version: "1.2.3-rc.1+build.5" });
});

test.each([
  ["oci://registry.example/charts/redis:1.2.3", undefined, "1.2.3", "is no reference to a chart in a registry"],
  ["oci://registry.example/charts/redis@sha256:abc", undefined, "1.2.3", "is no reference to a chart in a registry"],
  ["oci://registry.example", undefined, "1.2.3", "is no reference to a chart in a registry"],
  ["oci://registry.example/charts", "redis", "1.2.3", "Write oci://registry.example/charts/redis."],
  ["oci://user:password@registry.example/redis", undefined, "1.2.3", "the address holds credentials"],
  ["https://user@charts.example", "redis", "1.2.3", "the address holds credentials"],
  ["https://charts.example", undefined, "1.2.3", "none is named"],
  ["https://charts.example", "../redis", "1.2.3", "is no name of a chart"],
  ["bitnami/--redis", undefined, "1.2.3", "is no name of a chart"],
  ["--bitnami/redis", undefined, "1.2.3", "is no reference to a chart"],
  ["redis", undefined, "1.2.3", "is no reference to a chart"],
  ["bitnami/redis", undefined, "^1.2.0", "expected an exact version"],
  ["bitnami/redis", undefined, "1.2", "expected an exact version"],
  ["bitnami/redis", undefined, "latest", "expected an exact version"],
])("%s %s --version %s is refused", (address, name, version, message) => {
  expect(() => chartReference(address, name, version)).toThrow(message);
  if (address.includes("password")) expect(() => chartReference(address, name, version)).not.toThrow("password");
});
