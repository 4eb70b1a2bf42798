import type { KnownCluster } from "../cluster/index.ts";
import { ObjectSchemas } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { EnvironmentIndex, manifestsMentioning } from "./environment-index.ts";
import { type PlacedManifest, Placing } from "./placing.ts";
import type { ReviewedManifest, Tree } from "./tree.ts";

const definitionKind = "CustomResourceDefinition";

/** What is known of an environment beside its manifests. */
interface SideSettings {
  /** Minor version of its cluster. */
  readonly kubernetes: string;
  /** That of objects which name none. Default: they are left without. */
  readonly namespace?: string;
  readonly cluster?: KnownCluster;
}

/** One environment in one of the two trees: its CRDs, what its kinds may hold, and its objects as the server takes them. */
export class Side {
  /** The CRDs of the whole environment, whether they change or not. */
  readonly definitions: readonly PlacedManifest[];
  readonly schemas: ObjectSchemas;
  readonly index: EnvironmentIndex;
  readonly cluster: KnownCluster | undefined;
  readonly #placing: Placing;
  readonly #sound = new WeakMap<PlacedManifest, PlacedManifest>();

  constructor(tree: Tree, environment: string, { kubernetes, namespace, cluster }: SideSettings) {
    const found = manifestsMentioning([...tree.values()], definitionKind, environment).filter(({ object }) => isDefinition(object));
    this.cluster = cluster;
    const { schemas, served } = cluster ?? {};
    this.schemas = new ObjectSchemas(kubernetes, found, { ...(schemas ? { schemas: [schemas] } : {}), served });
    this.#placing = new Placing(
      this.schemas,
      found.map(({ object }) => object),
      { namespace, served },
    );
    this.definitions = found.map((manifest) => this.placed(manifest));
    this.index = new EnvironmentIndex(tree, environment, (manifest) => this.#soundOf(this.placed(manifest)));
  }

  placed(manifest: ReviewedManifest): PlacedManifest {
    return this.#placing.placed(manifest);
  }

  /** Whoever looks others up takes a field's type for granted: of an object that doesn't fit its kind the identity is kept. */
  #soundOf(manifest: PlacedManifest): PlacedManifest {
    const known = this.#sound.get(manifest);
    if (known) return known;
    const sound = this.fits(manifest.object) ? manifest : { ...manifest, object: bare(manifest.object) };
    this.#sound.set(manifest, sound);
    return sound;
  }

  /** Whether an object is of a kind that the API server brings itself. */
  isBuiltIn(object: KubernetesObject): boolean {
    const { schema, isCustom } = this.schemas.schemaOf(object);
    return schema !== undefined && !isCustom;
  }

  /** Whether the fields of an object have the types that its kind asks for. */
  fits(object: KubernetesObject): boolean {
    try {
      return !this.schemas.issues(object).some(({ isMismatch }) => isMismatch);
    } catch {
      return false;
    }
  }
}

const isDefinition = (object: KubernetesObject) => object.kind === definitionKind && groupOf(object) === "apiextensions.k8s.io";

function bare({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(typeof namespace === "string" ? { namespace } : {}) } };
}
