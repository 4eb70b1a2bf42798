import { type Issue, imageProblem, parseImage } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { fixOfTemplate, unfilledIn } from "../unfilled.ts";
import { within } from "./issues.ts";

export const imageName = rule({
  id: "rollout/image",
  severity: "error",
  why: "The API server accepts the image, but no container runtime can read the name: the pod stays in InvalidImageName and never starts.",
  fix: "Write it as [registry/]repository[:tag][@digest], with a repository in lower case, one tag, and no scheme.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: "shop/web:1:2" }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: "shop/web:1" }] }
  `,
  *check(scope) {
    for (const pods of scope.pods)
      for (const [path, reference] of imagesOf(pods))
        yield* within(pods.manifest, referenceIssues(reference, path, scope.environment.isPart === true));
  },
});

/** The images of a pod's containers and volumes, with their paths. */
const imagesOf = ({ containers, spec, path }: Pods): [path: string, reference: string][] => [
  ...containers.map(({ container, path: at }): [string, string] => [`${at}.image`, container.image ?? ""]),
  ...(spec.volumes ?? []).map(({ image }, index): [string, string] => [
    `${path}.volumes[${index}].image.reference`,
    image?.reference ?? "",
  ]),
];

/** The longest name of a repository with its registry: https://github.com/distribution/reference/blob/main/reference.go */
const longest = 255;
const otherDigests = /^sha(384:[0-9a-f]{96}|512:[0-9a-f]{128})$/;
/** A form that ko replaces before anything is applied. */
const isFilledIn = (reference: string) => reference.startsWith("ko://");

/** A name that was left to be replaced, as IMAGE_URL, which kustomize may do. */
const placeholder = /^(<.{1,200}>|[A-Z][A-Z0-9_-]{0,200})(:[\w.-]{1,128})?$/;

const fixed = (reference: string) => ({ fix: fixOfTemplate(reference) ?? "" });

function* referenceIssues(reference: string, path: string, isPart: boolean): Generator<Issue> {
  const part = unfilledIn(reference);
  if (part) {
    const severity = isPart ? ("info" as const) : ("error" as const);
    yield { path, message: `${part} in the image name wasn't filled in`, ...fixed(reference), severity };
    return;
  }
  // A name that is missing, or has spaces around it, is the API server's to refuse.
  if (reference === "" || reference !== reference.trim() || isFilledIn(reference)) return;
  const scheme = /^([a-z][a-z0-9+.-]{1,20}):\/\//i.exec(reference)?.[0];
  if (scheme) {
    yield { path, message: `the image name begins with the scheme "${scheme}"`, fix: `Remove "${scheme}".` };
    return;
  }
  const { digest, ...image } = parseImage(reference);
  const problem = imageProblem(digest !== undefined && otherDigests.test(digest) ? image : { ...image, digest });
  if (problem) yield { path, message: problem, ...(placeholder.test(reference) ? { severity: "warning" as const } : {}) };
  else if (image.name.length > longest)
    yield { path, message: `expected a name of at most ${longest} characters, found ${image.name.length}` };
}
