import { isAbsolute, relative } from "node:path";
import { App as Cdk8sApp, Chart } from "cdk8s";
import { addApp, bridges, selectorOf } from "../constructs/index.ts";
import { describeObject, isClusterScoped, type KubernetesObject } from "../manifest/index.ts";
import { imageOf, isObject, placedProblems, type ResolvedApp, type ResolvedEnvironment } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { authorPlace, messageOf, type Project } from "../project/index.ts";
import { includedObjects } from "./included-objects.ts";
import { patchObjects } from "./patch-objects.ts";
import { RenderedApps } from "./rendered-apps.ts";

interface Rendered {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
}

/**
 * Renders one app in a cdk8s App of its own, which keeps the time for many apps linear; image pins are not applied yet.
 * @param last what was rendered before, for a process that renders again
 */
export function renderApp(
  environment: ResolvedEnvironment,
  app: ResolvedApp,
  users: readonly ResolvedApp[],
  project: Project,
  last = new RenderedApps(),
): Rendered {
  const make = () => [
    ...renderChart(app.name, app.spec.namespace, (chart) => {
      addApp(chart, { environment, app }, users, project.root);
      app.spec.extend?.(chart, {
        environment: environment.name,
        settings: environment.settings,
        app: app.name,
        spec: app.spec,
        selector: selectorOf(app),
        image: (repository) => imageOf({ environment, app }, repository),
        ...bridges(chart, { environment, app }),
      });
    }),
    ...includedObjects(app.spec, project.read),
  ];
  const rendered = withProblems(project.root, () => last.objects(environment, app, users, make));
  const patched = patchObjects(rendered.objects, app.patches, project.read);
  const owned = (problem: Problem): Problem => ({ environment: environment.name, app: app.name, ...problem });
  const problems = [
    ...placedProblems(rendered.problems, app.layers, project.root),
    ...patched.problems.map((problem) => withinProject(problem, project.root)),
    ...(environment.settings.secrets?.literals ? [] : literalSecrets(patched.objects)),
  ];
  return { objects: patched.objects, problems: problems.map(owned) };
}

/** Places of an author's calls are absolute, those of files are relative already. */
const withinProject = <T extends { readonly file?: string }>(placed: T, root: string): T =>
  placed.file && isAbsolute(placed.file) ? { ...placed, file: relative(root, placed.file) } : placed;

/** Fills a chart and gives its objects, without the namespace cdk8s puts on kinds that have none. */
export function renderChart(id: string, namespace: string | undefined, fill: (chart: Chart) => void): KubernetesObject[] {
  const chart = new Chart(new Cdk8sApp(), id, { disableResourceNameHashes: true, ...(namespace ? { namespace } : {}) });
  fill(chart);
  return (chart.toJson() as KubernetesObject[]).map(withoutNamespace);
}

function withoutNamespace(object: KubernetesObject): KubernetesObject {
  if (!isClusterScoped(object) || object.metadata?.namespace === undefined) return object;
  const { namespace, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** What an author's own code throws is a problem of the app, not the end of the run. */
function withProblems(root: string, make: () => readonly KubernetesObject[]): Rendered {
  try {
    const objects = make();
    return { objects, problems: objects.flatMap(shapeProblems) };
  } catch (error) {
    if (error instanceof InputError) return { objects: [], problems: error.problems };
    const place = authorPlace(root, error);
    return {
      objects: [],
      problems: [
        {
          path: "extend",
          ...place,
          message: `rendering failed: ${messageOf(error)}`,
          fix: "Correct extend; --debug shows the stack.",
          cause: error,
        },
      ],
    };
  }
}

/** Secrets that a chart, a construct or a patch brings, where values of secrets have no place in dist. */
function literalSecrets(objects: readonly KubernetesObject[]): Problem[] {
  return objects
    .filter(({ apiVersion, kind, data, stringData }) => apiVersion === "v1" && kind === "Secret" && [data, stringData].some(isFilled))
    .map((object) => ({
      path: describeObject(object),
      message: "is a literal secret, which this environment doesn't allow",
      fix: "Take it from the secret store, or allow `secrets.literals` in the environment.",
    }));
}

const isFilled = (value: unknown) => isObject(value) && Object.keys(value).length > 0;

function shapeProblems(object: KubernetesObject): Problem[] {
  const lacking = [
    ["apiVersion", object.apiVersion],
    ["kind", object.kind],
    ["metadata.name", object.metadata?.name],
  ].filter(([, value]) => typeof value !== "string" || value === "");
  if (lacking.length === 0) return [];
  return [
    {
      path: "extend",
      message: `an object lacks ${lacking.map(([path]) => path).join(", ")}: ${JSON.stringify(object).slice(0, 120)}`,
      fix: "Give every object apiVersion, kind and metadata.name.",
    },
  ];
}
