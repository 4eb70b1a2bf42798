import { type Issue, joined } from "../../kubernetes/index.ts";
import { isRecord } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { membersOf } from "../read.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";

export const applicationSetTemplate = rule({
  id: "rollout/application-set-template",
  severity: "error",
  why: "An ApplicationSet whose template is of another language than goTemplate says generates no Application, or one with the placeholder in its name.",
  fix: "With goTemplate: true write {{.name}}, without it write {{name}}.",
  source: "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/GoTemplate/",
  bad: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: { name: a, namespace: argocd }
    spec:
      goTemplate: true
      generators: [{ list: { elements: [{ cluster: dev }] } }]
      template:
        metadata: { name: "a-{{cluster}}" }
        spec:
          project: default
          source: { repoURL: https://git.example/a.git, path: a }
          destination: { name: in-cluster, namespace: a }
  `,
  good: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: { name: a, namespace: argocd }
    spec:
      goTemplate: true
      generators: [{ list: { elements: [{ cluster: dev }] } }]
      template:
        metadata: { name: "a-{{.cluster}}" }
        spec:
          project: default
          source: { repoURL: https://git.example/a.git, path: a }
          destination: { name: in-cluster, namespace: a }
  `,
  *check(scope) {
    for (const manifest of scope.ofCustomKind("argoproj.io/ApplicationSet")) {
      const { goTemplate, template } = membersOf(manifest.object.spec);
      yield* within(manifest, templateIssues(template, "spec.template", goTemplate === true));
    }
  },
});

/** Fields whose text may be a template of something else: Helm's, or that of notifications. */
const others = new Set(["values", "valuesObject", "annotations", "plugin", "info", "directory", "kustomize"]);

/** The text of a template's fields, each with what is wrong in it. */
function* templateIssues(value: unknown, path: string, isGo: boolean): Generator<Issue> {
  if (typeof value === "string") yield* textIssues(value, path, isGo);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* templateIssues(item, `${path}[${index}]`, isGo);
  else if (isRecord(value))
    for (const [key, member] of Object.entries(value)) if (!others.has(key)) yield* templateIssues(member, joined(path, key), isGo);
}

/** Words that stand alone in a template of Go: keywords, constants, and functions that need no argument. */
const words = new Set(["end", "else", "break", "continue", "true", "false", "nil", "now", "uuidv4", "list", "dict", "tuple", "print"]);
const expression = /\{\{-?([^{}]{1,300}?)-?\}\}/g;
const bareName = /^[A-Za-z_][\w-]*(\.[\w-]+|\[[\w-]+\])*$/;

function* textIssues(text: string, path: string, isGo: boolean): Generator<Issue> {
  for (const [found, inner = ""] of text.slice(0, 10_000).matchAll(expression)) {
    const name = inner.trim();
    if (isGo && bareName.test(name) && !words.has(name))
      yield { path, message: `${found} calls a function, and Go templates have none of the name "${name}"`, fix: `Write {{.${name}}}.` };
    if (!isGo && /^\.[A-Za-z_]/.test(name))
      yield {
        path,
        message: `${found} is of a Go template, and goTemplate isn't true`,
        fix: `Set spec.goTemplate: true, or write {{${name.slice(1)}}}.`,
      };
  }
}
