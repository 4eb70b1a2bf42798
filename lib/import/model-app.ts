import { podSpecOf } from "../kubernetes/index.ts";
import { type Lifted, lift } from "../lift/index.ts";
import { describeObject, groupBy, identityOf, type KubernetesObject } from "../manifest/index.ts";
import { itemsOf, membersOf, omit } from "../outside/index.ts";
import { workloadKinds } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import { type AppRenderer, hostPathsOf } from "./app-renderer.ts";
import { canonical } from "./exported.ts";
import { type FoldedApp, foldApp } from "./fold.ts";
import type { KnownApp } from "./known-apps.ts";
import { type Layered, layered, over } from "./layers.ts";
import { holdsSame, type Residue, residueOf } from "./residue.ts";
import { simplified } from "./simplify.ts";

/** An app in one environment, as it runs there. */
export interface RunningApp {
  readonly renderer: AppRenderer;
  /** Its objects before pins. */
  readonly objects: readonly KubernetesObject[];
  /** Whether the environment's pins say which version of an image runs. */
  readonly isPinned: (image: string) => boolean;
}

export interface ModelledApp {
  readonly app: FoldedApp;
  /** How many objects of all environments the model says. */
  readonly modelled: number;
  /** Those of them that need a patch. */
  readonly patched: readonly LeftOver[];
  /** What is included as it is. */
  readonly included: readonly LeftOver[];
  /** What replacing the pods once would drop from the source, in words. */
  readonly rollout: readonly string[];
  /** Whether that was dropped. */
  readonly isRolledOut: boolean;
}

/** An object that the model doesn't say, or not all of it. */
interface LeftOver {
  readonly environment: string;
  /** As `Deployment shop/web`. */
  readonly object: string;
  /** What of it patches say, as `spec.template.spec.setHostnameAsFQDN`; none where all of it is included. */
  readonly fields: readonly string[];
}

type ByEnvironment<T> = ReadonlyMap<string, T>;

/**
 * Lifts an app into the model: what environments share to base, what differs to layers, what the model lacks to patches, and objects that it
 * doesn't have to files.
 * @returns why not, where it can't be
 */
export function modelApp(name: string, running: ByEnvironment<RunningApp>, { accept, known }: ModelOptions): ModelledApp | string {
  return new Modelling(name, running, known).result(accept);
}

interface ModelOptions {
  /** Whether pods may be replaced once, so that their containers and ports are called as the model would. */
  readonly accept: boolean;
  /** The app as overlays have it already. */
  readonly known: KnownApp | undefined;
}

/** An app in layers, with the patches that make of it what runs. */
interface Patched extends Layered {
  readonly residues: ByEnvironment<readonly Residue[]>;
}

class Modelling {
  readonly #name: string;
  readonly #running: ByEnvironment<RunningApp>;
  readonly #lifted: ByEnvironment<Lifted>;
  readonly #specs: ByEnvironment<Readonly<Record<string, unknown>>>;
  readonly #known: KnownApp | undefined;

  constructor(name: string, running: ByEnvironment<RunningApp>, known: KnownApp | undefined) {
    this.#name = name;
    this.#known = known?.base.kind === "model" ? known : undefined;
    this.#running = running;
    const main = mainContainer(name, [...running.values()]);
    const liftAll = (common?: ReadonlySet<string>) =>
      mapOf(running, ({ objects, renderer: { registry }, isPinned }) =>
        lift(name, objects, { registry, isPinned, ...(main === undefined ? {} : { main }), ...(common ? { common } : {}) }),
      );
    const first = liftAll();
    // What is said once for all objects in one environment and not in another would have to be taken back there.
    const keys = [...first.values()].map(({ spec }) => new Set(Object.keys({ ...spec.labels, ...spec.annotations })));
    const common = new Set([...(keys[0] ?? [])].filter((key) => keys.every((own) => own.has(key))));
    this.#lifted = keys.every(({ size }) => size === common.size) ? first : liftAll(common);
    this.#specs = mapOf(this.#lifted, ({ spec }) => membersOf(spec));
  }

  result(accept: boolean): ModelledApp | string {
    const lifted = [...this.#lifted.values()];
    if (lifted.every(({ modelled }) => modelled.length === 0)) return "the model has none of its objects";
    const exact = this.#exact();
    if (typeof exact === "string") return exact;
    const plain = this.#known ? undefined : this.#rolledOut(exact);
    const chosen = accept && plain ? plain : exact;
    return {
      app: this.#written(chosen),
      modelled: sum(lifted.map(({ modelled }) => modelled.length)),
      patched: [...chosen.residues].flatMap(([environment, residues]) =>
        residues.map(({ object, fields }) => ({ environment, object, fields })),
      ),
      included: [...this.#lifted].flatMap(([environment, { included }]) =>
        included.map((object) => ({ environment, object: describeObject(object), fields: [] })),
      ),
      rollout: plain?.dropped ?? [],
      isRolledOut: accept && plain !== undefined,
    };
  }

  /** The app as it runs, with the patches that it needs. */
  #exact(): Patched | string {
    if (this.#known?.base.kind === "model") return this.#patched(over(this.#known.base.spec, this.#specs));
    const layers = layered(this.#specs);
    const found = this.#patched(layers);
    if (typeof found === "string") return found;
    // What the base says must be an app by itself, or TypeScript refuses it.
    const alone = this.#rendered({ ...layers, layers: new Map() }, this.#first);
    if (typeof alone !== "string") return found;
    return this.#patched(over(this.#specs.get(this.#first) ?? {}, this.#specs));
  }

  get #first(): string {
    return [...this.#running.keys()][0] ?? "";
  }

  /** Renders an app as it would be written, and finds what has to be patched. */
  #patched(layers: Layered): Patched | string {
    const residues = new Map<string, readonly Residue[]>();
    for (const environment of this.#running.keys()) {
      const rendered = this.#rendered(layers, environment);
      if (typeof rendered === "string") return rendered;
      const residue = residueOf(rendered, this.#lifted.get(environment) ?? { modelled: [], included: [] });
      if (typeof residue === "string") return residue;
      residues.set(environment, residue);
    }
    return { ...layers, residues };
  }

  /** An app's objects in an environment, or why it can't be rendered. */
  #rendered({ base, layers }: Layered, environment: string): readonly KubernetesObject[] | string {
    try {
      return this.#running.get(environment)?.renderer.render(this.#name, base, layers.get(environment) ?? {}) ?? [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [problem] = error.problems;
      return [problem?.path, problem?.message].filter(Boolean).join(": ");
    }
  }

  /** The app as it would be after its pods were replaced once; undefined where nothing would be dropped, or more than pods would change. */
  #rolledOut(exact: Patched): (Patched & { readonly dropped: readonly string[] }) | undefined {
    for (const ports of [true, false]) {
      const plain = mapOf(this.#specs, (spec) => simplified(spec, { ports }));
      const specs = mapOf(plain, ({ spec }) => spec);
      const layers = layered(specs, "free");
      const isReordered = canonical([...layers.layers]) !== canonical([...over(layers.base, specs).layers]);
      const words = [...plain.values()].flatMap(({ dropped }) => dropped);
      const dropped = [...new Set([...words, ...(isReordered ? ["an order of their own in an environment"] : [])])];
      if (dropped.length === 0) return undefined;
      if ([...this.#running.keys()].every((environment) => this.#onlyReplacesPods(layers, environment)))
        return { ...layers, residues: exact.residues, dropped };
    }
    return undefined;
  }

  /** Whether an app differs from what runs in nothing but the pods of its workload, and needs no patch there. */
  #onlyReplacesPods(layers: Layered, environment: string): boolean {
    const rendered = this.#rendered(layers, environment);
    const wanted = this.#lifted.get(environment)?.modelled ?? [];
    if (typeof rendered === "string" || rendered.length !== wanted.length) return false;
    const byIdentity = new Map(rendered.map((object) => [identityOf(object), object]));
    return wanted.every((object) => {
      const own = byIdentity.get(identityOf(object));
      if (!own) return false;
      return object.kind !== "Job" && isWorkload(object) ? holdsSame(withoutPods(own), withoutPods(object)) : holdsSame(own, object);
    });
  }

  /** The app as files: patches that all environments need stand in base. */
  #written({ base, layers, residues }: Patched): FoldedApp {
    const namespaces = mapOf(this.#specs, (spec) => String(spec.namespace));
    const folded = foldApp(
      this.#name,
      mapOf(this.#lifted, ({ included }) => included),
      { namespaces },
    );
    const [first = [], ...more] = residues.values();
    const known = this.#known;
    const isCommon = (residue: Residue) =>
      !known && more.every((others) => others.some((other) => canonical(other) === canonical(residue)));
    const own = [...residues].flatMap(([environment, found]) =>
      found.filter((residue) => !isCommon(residue)).map((residue) => ({ environment, ...residue })),
    );
    const hostPaths = mapOf(this.#specs, hostPathsOf);
    return {
      ...folded,
      patches: [...own, ...folded.patches],
      typed: { base, layers, patches: first.filter(isCommon), hostPaths },
      ...(known ? { known } : {}),
    };
  }
}

/** The container that comes first in most environments, if their pods don't begin with the same one. */
function mainContainer(app: string, running: readonly RunningApp[]): string | undefined {
  const names = running.map(({ objects }) => objects.flatMap((object) => (isWorkload(object) ? containersOf(podSpecOf(object)) : [])));
  const firsts = groupBy(
    names.flatMap(([first]) => first ?? []),
    (name) => name,
  );
  if (firsts.size < 2) return undefined;
  const [main] = [...firsts].sort(([a, one], [b, other]) => Number(b === app) - Number(a === app) || other.length - one.length)[0] ?? [];
  return main;
}

const containersOf = (pod: unknown): string[] =>
  itemsOf(membersOf(pod).containers).flatMap((container) => {
    const { name } = membersOf(container);
    return typeof name === "string" ? name : [];
  });

const mapOf = <T, U>(values: ByEnvironment<T>, change: (value: T) => U): Map<string, U> =>
  new Map([...values].map(([environment, value]) => [environment, change(value)]));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const isWorkload = ({ kind }: KubernetesObject) => Object.hasOwn(workloadKinds, kind);

/** A workload without what its pods are. */
function withoutPods(object: KubernetesObject): KubernetesObject {
  const spec = membersOf(object.spec);
  const job = membersOf(spec.jobTemplate);
  const jobTemplate = object.kind === "CronJob" ? { jobTemplate: { ...job, spec: omit(membersOf(job.spec), "template") } } : {};
  return { ...object, spec: { ...omit(spec, "template"), ...jobTemplate } };
}
