import { groupBy } from "../../manifest/index.ts";
import { omit } from "../../outside/index.ts";
import { registryProblems } from "../../overlay/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import type { RegistryPipelines } from "./pipelines.ts";
import type { RegistryRepository, RepositorySettings } from "./repository.ts";

/**
 * Rules that a lifecycle policy has room for beside those that aren't for pins, of 50:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
const mostPins = 45;

/** What a registry or its copies are made from. */
interface RegistryProps extends RepositorySettings {
  readonly repositories: readonly RegistryRepository[];
  readonly replicas?: readonly string[];
  /** The registry's own. */
  readonly region?: string;
  readonly pipelines?: RegistryPipelines | undefined;
  readonly buildCaches?: boolean;
}

/**
 * Overlays are validated before; what a CDK app says isn't.
 * @param name by which problems call the registry
 * @throws InputError with all that AWS would refuse, and all that would let others push than protected branches and tags
 */
export function refuseProblems(name: string, props: RegistryProps): void {
  const invalid = registryProblems(omit(props, "region"));
  const problems = invalid.length > 0 ? invalid : [...repeatedNames(props), ...tooManyPins(props), ...ownReplica(props)];
  if (problems.length > 0) throw new InputError(problems.map((problem) => ({ environment: name, ...problem })));
}

function repeatedNames({ repositories }: RegistryProps): Problem[] {
  return [...groupBy(repositories, ({ name }) => name)].flatMap(([name, { length }]) =>
    length === 1
      ? []
      : [
          {
            path: "repositories",
            message: `${length} repositories have the name ${name}`,
            fix: "Make one of them, with all projects and pins.",
          },
        ],
  );
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html */
function ownReplica({ replicas = [], region }: RegistryProps): Problem[] {
  if (region === undefined || !replicas.includes(region)) return [];
  return [{ path: "replicas", message: `a registry can't be copied to its own region, found ${region}`, fix: `Remove ${region}.` }];
}

function tooManyPins({ repositories }: RegistryProps): Problem[] {
  return repositories.flatMap(({ name, pinned = [] }, index) =>
    pinned.length <= mostPins
      ? []
      : [
          {
            path: `repositories.${index}.pinned`,
            message: `${pinned.length} tags of ${name} are pinned, and a lifecycle policy can keep ${mostPins}`,
            fix: "Pin fewer versions of it, or use two registries.",
          },
        ],
  );
}
