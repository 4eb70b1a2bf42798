import { clusterOfEnvironment, type RolloutState } from "../cluster/index.ts";
import { containersOf, type ImageReference, isKind, parseImage, podSpecOf, repositoryOf } from "../kubernetes/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { type Environment, type Pin, parsePins, resolve } from "../overlay/index.ts";
import { InputError, suggestion } from "../problem/index.ts";
import { loadEnvironments, type Project, projectAt } from "../project/index.ts";
import { planSynth, RenderedApps, render, type SynthOptions, type SynthPlan } from "../synth/index.ts";
import { LedgerFile } from "./ledger.ts";

/** An image that an app runs, and where. */
export interface RunningImage {
  /** Whole name, as pins have it. */
  readonly name: string;
  readonly reference: ImageReference;
  /** The containers it is of, by app. */
  readonly places: readonly { readonly app: string; readonly container: string }[];
}

/** One environment of an estate at some commit: its pins, its ledger, and the images its apps run. */
export class ReleasedEnvironment {
  readonly name: string;
  readonly promotesFrom: string | undefined;
  readonly pinFile: string;
  readonly pinText: string | undefined;
  readonly pins: readonly Pin[];
  readonly ledgerFile: string;
  readonly ledger: LedgerFile;
  readonly images: ReadonlyMap<string, RunningImage>;
  /** Rollouts that aren't done, by app, where the environment names a snapshot of its cluster. */
  readonly rollouts: ReadonlyMap<string, RolloutState>;
  /** The project each app is built in, by app; those that name none are missing. */
  readonly sources: ReadonlyMap<string, string>;

  constructor(environment: Environment, project: Project, last: RenderedApps) {
    this.name = environment.name;
    const { settings, apps } = resolve(environment, project.root);
    this.promotesFrom = settings.promotesFrom;
    this.sources = new Map(apps.flatMap(({ name, spec }) => (spec.source ? [[name, spec.source] as const] : [])));
    this.pinFile = `${environment.folder}/kustomization.yaml`;
    this.pinText = project.read(this.pinFile);
    const { pins, problems } = parsePins(this.pinText, this.pinFile);
    if (problems.length > 0) throw new InputError(problems);
    this.pins = pins;
    this.ledgerFile = `${environment.folder}/releases.yaml`;
    this.ledger = new LedgerFile(project.read(this.ledgerFile), this.ledgerFile);
    const { manifests } = render(environment, { ...project, last });
    this.images = imagesOf(manifests);
    this.rollouts =
      settings.cluster.snapshot === undefined
        ? new Map()
        : rolloutsOf(manifests, clusterOfEnvironment(environment.name, settings.cluster.snapshot, project.read).rollouts);
  }

  /** The image that another environment runs by this name, in this one's registry. */
  twinOf(name: string): RunningImage | undefined {
    return this.images.get(name) ?? [...this.images.values()].find((image) => repositoryOf(image.name) === repositoryOf(name));
  }

  /** Whether the environment pins an image. @param name as it stands in dist */
  isPinned(name: string): boolean {
    return this.pins.some((pin) => (pin.newName ?? pin.name) === name);
  }

  /** The images that `APP` or `APP/CONTAINER` means. @throws InputError where there is none, or APP alone is ambiguous */
  imagesFor(target: string): RunningImage[] {
    const [app = "", container, ...more] = target.split("/");
    if (more.length > 0)
      throw new InputError([{ message: `"${target}" is neither APP nor APP/CONTAINER`, fix: "For example: web, or web/proxy." }]);
    const all = [...this.images.values()];
    const ofApp = all.filter(({ places }) => places.some((place) => place.app === app));
    if (ofApp.length === 0) {
      const apps = [...new Set(all.flatMap(({ places }) => places.map((place) => place.app)))];
      throw new InputError([
        { environment: this.name, message: `there is no app "${app}" that runs an image`, fix: suggestion(app, apps) },
      ]);
    }
    if (container !== undefined) {
      const found = ofApp.filter(({ places }) => places.some((place) => place.app === app && place.container === container));
      if (found.length > 0) return found;
      const names = ofApp.flatMap(({ places }) => places.filter((place) => place.app === app).map((place) => place.container));
      throw new InputError([
        { environment: this.name, app, message: `there is no container "${container}"`, fix: suggestion(container, names) },
      ]);
    }
    // Images of others bring tags of their own; ours are those that are pinned.
    const pinned = ofApp.filter(({ name }) => this.isPinned(name));
    if (pinned.length > 0) return pinned;
    if (ofApp.length === 1) return ofApp;
    const containers = ofApp.flatMap(({ places }) =>
      places.filter((place) => place.app === app).map((place) => `${app}/${place.container}`),
    );
    throw new InputError([
      {
        environment: this.name,
        app,
        message: "it runs several images, and none of them is pinned",
        fix: `Name the container: ${containers.sort().join(", ")}.`,
      },
    ]);
  }
}

/** The images of an environment as its manifests have them, pins included. */
function imagesOf(manifests: readonly Manifest[]): Map<string, RunningImage> {
  const images = new Map<string, RunningImage>();
  for (const { object, folder, app = folder } of manifests) {
    for (const {
      container: { name: container = "", image },
    } of containersOf(podSpecOf(object) ?? {})) {
      if (!image) continue;
      const reference = parseImage(image);
      const known = images.get(reference.name) ?? { name: reference.name, reference, places: [] };
      const place = { app, container };
      const places = known.places.some((place) => place.app === app && place.container === container)
        ? known.places
        : [...known.places, place];
      images.set(reference.name, { ...known, places });
    }
  }
  return images;
}

/** What the cluster says of the apps' Rollouts. */
const rolloutsOf = (manifests: readonly Manifest[], states: ReadonlyMap<string, RolloutState>): Map<string, RolloutState> =>
  new Map(
    manifests.flatMap(({ object, folder, app = folder }) => {
      const state = isKind(object, "argoproj.io/Rollout") ? states.get(`${object.metadata.namespace}/${object.metadata.name}`) : undefined;
      return state ? [[app, state] as const] : [];
    }),
  );

/** The estate in a folder, whose environments are looked into when they are asked for. */
export class Estate {
  readonly root: string;
  readonly project: Project;
  /** What was rendered to find images, which a change of pins leaves as it is. */
  readonly last = new RenderedApps();
  readonly #environments: readonly Environment[];
  readonly #known = new Map<string, ReleasedEnvironment>();

  readonly #onRender: SynthOptions["onRender"];

  private constructor(root: string, environments: readonly Environment[], onRender: SynthOptions["onRender"]) {
    this.root = root;
    this.#onRender = onRender;
    this.project = projectAt(root);
    this.#environments = environments;
  }

  /** @param onRender is called for each environment before it is rendered */
  static async in(root: string, onRender?: SynthOptions["onRender"]): Promise<Estate> {
    return new Estate(root, await loadEnvironments(root), onRender);
  }

  get environments(): readonly Environment[] {
    return this.#environments;
  }

  /** Renders and checks environments, and compares them with dist. @throws InputError with everything that is wrong in any of them */
  plan(environments: readonly string[]): SynthPlan {
    return planSynth(this.#environments, {
      root: this.root,
      environments,
      last: this.last,
      ...(this.#onRender ? { onRender: this.#onRender } : {}),
    });
  }

  /** @throws InputError for an environment there isn't */
  environment(name: string): ReleasedEnvironment {
    const known = this.#known.get(name);
    if (known) return known;
    const found = this.#environments.find((environment) => environment.name === name);
    if (!found)
      throw new InputError([
        {
          message: `there is no environment "${name}"`,
          fix: suggestion(
            name,
            this.#environments.map((environment) => environment.name),
          ),
        },
      ]);
    this.#onRender?.(name, this.#known.size + 1, this.#environments.length);
    const environment = new ReleasedEnvironment(found, this.project, this.last);
    this.#known.set(name, environment);
    return environment;
  }
}
