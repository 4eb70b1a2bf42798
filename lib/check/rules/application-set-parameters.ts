import type { Issue } from "../../kubernetes/index.ts";
import { nearest } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";

const applicationSet = (name: string) =>
  yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: ApplicationSet
  metadata: { name: a, namespace: argocd }
  spec:
    goTemplate: true
    generators: [{ list: { elements: [{ cluster: dev }, { cluster: prod }] } }]
    template:
      metadata: { name: "NAME" }
      spec:
        project: default
        source: { repoURL: https://git.example/a.git, path: a }
        destination: { name: in-cluster, namespace: a }
`.replace("NAME", name);

export const applicationSetParameters = rule({
  id: "rollout/application-set-parameters",
  severity: "error",
  why: "An ApplicationSet whose Applications get one name, or a name with a parameter that no generator gives, generates none of them: only its own status says so.",
  fix: "Put a parameter that each generator gives into the name of the template.",
  source: "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Template/",
  bad: applicationSet("a"),
  good: applicationSet("a-{{.cluster}}"),
  *check(scope) {
    for (const manifest of scope.ofCustomKind("argoproj.io/ApplicationSet")) {
      const { generators, template, templatePatch } = membersOf(manifest.object.spec);
      if (templatePatch !== undefined) continue;
      const name = textOf(membersOf(membersOf(template).metadata).name);
      yield* within(manifest, nameIssues(name, itemsOf(generators).map(membersOf)));
    }
  },
});

const path = "spec.template.metadata.name";

function* nameIssues(name: string, generators: readonly Readonly<Record<string, unknown>>[]): Generator<Issue> {
  // A selector leaves out some of what is generated.
  const elements = generators.map(({ list, selector }) => (selector === undefined ? elementsOf(list) : undefined));
  const all = elements.flatMap((list) => list ?? []);
  if (name !== "" && !name.includes("{{") && elements.every((list) => list !== undefined) && all.length > 1) {
    yield { path, message: `all ${all.length} Applications would have the name "${name}"` };
    return;
  }
  const [, parameter] = /\{\{-?\s*\.?([A-Za-z_]\w*)\s*-?\}\}/.exec(name.slice(0, 1000)) ?? [];
  if (parameter === undefined || all.length === 0) return;
  const lacking = elements.every((list) => list !== undefined) && all.find((element) => !Object.hasOwn(element, parameter));
  if (!lacking) return;
  const known = Object.keys(lacking);
  const near = nearest(parameter, known);
  yield {
    path,
    message: `an element of the list has no "${parameter}"`,
    fix: near === undefined ? `Write one of its parameters: ${known.sort().join(", ")}.` : `Did you mean "${near}"?`,
  };
}

/** The parameters of a list's elements; undefined for another generator, and for a list that is generated too. */
function elementsOf(list: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  const { elements, elementsYaml, template } = membersOf(list);
  return Array.isArray(elements) && elementsYaml === undefined && template === undefined ? elements.map(membersOf) : undefined;
}
