import { formatImage, imageProblem, type ParsedImage, parseImage, qualified, withoutRegistry } from "../../lib/kubernetes/index.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const parts: readonly (readonly [reference: string, image: ParsedImage])[] = [
  ["redis", { name: "redis", repository: "redis" }],
  ["redis:7", { name: "redis", repository: "redis", tag: "7" }],
  ["bitnami/redis:7", { name: "bitnami/redis", repository: "bitnami/redis", tag: "7" }],
  ["grafana/redis:7", { name: "grafana/redis", repository: "grafana/redis", tag: "7" }],
  ["quay.io/team/web", { name: "quay.io/team/web", registry: "quay.io", repository: "team/web" }],
  ["registry:5000/web:1", { name: "registry:5000/web", registry: "registry:5000", repository: "web", tag: "1" }],
  ["localhost/web", { name: "localhost/web", registry: "localhost", repository: "web" }],
  ["[::1]:5000/web", { name: "[::1]:5000/web", registry: "[::1]:5000", repository: "web" }],
  [`my_team/web:1@${digest}`, { name: "my_team/web", repository: "my_team/web", tag: "1", digest }],
  [`a.example/b@${digest}`, { name: "a.example/b", registry: "a.example", repository: "b", digest }],
];

test.each(parts)("%s is read in its parts, and written as it was", (reference, image) => {
  expect(parseImage(reference)).toEqual(image);
  expect(formatImage(image)).toBe(reference);
  expect(imageProblem(image)).toBeUndefined();
});

test.each([
  "",
  "a b",
  "Web",
  "a//b",
  "/a",
  "a/",
  "a/-b",
  "a.example/",
  "re_gistry.example/a",
  "a:",
  "a:-1",
  `a:${"x".repeat(129)}`,
  "a@sha256:12",
  "a@",
])("%j is not an image", (reference) => {
  expect(imageProblem(parseImage(reference))).toMatch(/is not a valid (image name|tag|digest): expected /);
});

test("a registry goes before what names none, and is left out where environments are compared", () => {
  expect(["team/web:1", "quay.io/web:1", "registry:5000/web", "web"].map((reference) => qualified("r.example/x", reference))).toEqual([
    "r.example/x/team/web:1",
    "quay.io/web:1",
    "registry:5000/web",
    "r.example/x/web",
  ]);
  expect([`quay.io/team/web:1@${digest}`, "team/web:1"].map(withoutRegistry)).toEqual([`team/web:1@${digest}`, "team/web:1"]);
});
