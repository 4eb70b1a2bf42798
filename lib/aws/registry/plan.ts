import { containersOf, parseImage, podSpecOf } from "../../kubernetes/index.ts";
import { groupBy } from "../../manifest/index.ts";
import type { RegistrySettings, ResolvedEnvironment } from "../../overlay/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import type { Rendering } from "../../synth/index.ts";
import type { RegistryRepository } from "./repository.ts";

/** An environment, and what it deploys. */
export interface Rendered {
  readonly environment: ResolvedEnvironment;
  readonly rendering: Rendering;
}

type PlannedRepository = Required<RegistryRepository>;

/** A registry of ECR and everybody who has to do with it. */
export interface RegistryPlan {
  readonly account: string;
  readonly region: string;
  readonly repositories: readonly PlannedRepository[];
  /** Accounts beside the registry's own whose clusters pull. */
  readonly pullers: readonly string[];
  /** Regions beside the registry's own whose clusters pull. */
  readonly replicas: readonly string[];
  /** Where environments are, so that this repository's pipelines may deploy there. */
  readonly targets: readonly { readonly account: string; readonly region: string }[];
  /** https address of the GitLab that runs the pipelines. */
  readonly gitlab: string;
  /** This repository's project, and the branch it is deployed from. */
  readonly deployments: { readonly project: string; readonly branch: string };
  readonly settings: RegistrySettings;
}

const ecr = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?(?:\/(.+))?$/;

/**
 * The registries of ECR that environments name, from what they deploy and pin; registries of others are theirs to set up.
 * @throws InputError where environments of one registry say different things of it
 */
export function registryPlans(all: readonly Rendered[]): RegistryPlan[] {
  const named = all.flatMap((member) => {
    const [, account, region] = ecr.exec(member.environment.settings.registry) ?? [];
    const [host = ""] = member.environment.settings.registry.split("/");
    return account && region ? [{ ...member, account, region, host }] : [];
  });
  const problems: Problem[] = [];
  const plans = [...groupBy(named, ({ host }) => host)].flatMap(([host, members]) => {
    const { account, region } = members[0] as (typeof members)[number];
    const settings = agreed(host, members, problems);
    const repositories = repositoriesOf(host, members);
    if (repositories.length === 0) return [];
    const plan: RegistryPlan = {
      account,
      region,
      repositories,
      ...placesOf(members, account, region),
      ...pipelinesOf(host, members, settings, problems),
      settings,
    };
    return [plan];
  });
  if (problems.length > 0) throw new InputError(problems);
  return plans;
}

function agreed(host: string, members: readonly Rendered[], problems: Problem[]): RegistrySettings {
  const said = members.flatMap(({ environment }) => environment.settings.aws?.registry ?? []);
  if (new Set(said.map((settings) => JSON.stringify(settings))).size > 1)
    problems.push({
      path: "aws.registry",
      message: `the environments of ${host} have different settings`,
      fix: "Give all of them the same.",
    });
  return said[0] ?? {};
}

/** Every repository of the registry's that runs somewhere, however it came into the manifests. */
function repositoriesOf(host: string, members: readonly Rendered[]): PlannedRepository[] {
  const used = members.flatMap(({ environment, rendering }) =>
    rendering.manifests.flatMap(({ app, object }) => {
      const source = app === undefined ? undefined : environment.appsByName.get(app)?.spec.source;
      return containersOf(podSpecOf(object) ?? {}).flatMap(({ container: { image = "" } }) => {
        const { name, tag } = parseImage(image);
        return name.startsWith(`${host}/`) ? [{ name: name.slice(host.length + 1), tag, source }] : [];
      });
    }),
  );
  const distinct = (values: readonly (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))].sort();
  return [...groupBy(used, ({ name }) => name)]
    .map(([name, uses]) => ({ name, projects: distinct(uses.map(({ source }) => source)), pinned: distinct(uses.map(({ tag }) => tag)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function placesOf(members: readonly Rendered[], account: string, region: string) {
  const places = members.flatMap(({ environment: { settings } }) =>
    settings.aws ? [{ account: settings.aws.account, region: settings.aws.region }] : [],
  );
  const targets = [...new Map([{ account, region }, ...places].map((target) => [`${target.account} ${target.region}`, target])).values()];
  return {
    pullers: [...new Set(places.map((place) => place.account))].filter((puller) => puller !== account).sort(),
    replicas: [...new Set(places.map((place) => place.region))].filter((replica) => replica !== region).sort(),
    targets,
  };
}

function pipelinesOf(host: string, members: readonly Rendered[], settings: RegistrySettings, problems: Problem[]) {
  const { repository, revision = "main" } = (members[0] as Rendered).environment.settings.argocd;
  const [, server = "", path = ""] =
    /^(?:https?:\/\/|ssh:\/\/)?(?:[^/@]*@)?([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?\/?$/.exec(repository) ?? [];
  if (!path)
    problems.push({
      path: "argocd.repository",
      message: `"${repository}" doesn't name the project whose pipelines may deploy the registry ${host}`,
      fix: "Give the repository's address, as https://gitlab.example/group/project.git.",
    });
  return { gitlab: settings.gitlab ?? `https://${server}`, deployments: { project: path, branch: revision } };
}
