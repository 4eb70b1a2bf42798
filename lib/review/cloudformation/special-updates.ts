import { isRecord, own } from "../../outside/index.ts";
import { downtime, rejected, scale, unknown, type Verdict } from "../impact.ts";
import type { ResourcePair } from "./renames.ts";

type Properties = Readonly<Record<string, unknown>>;

/** What a change of a property does by its values; undefined where the other tables decide. */
type Judge = (before: unknown, after: unknown, resource: Properties) => Verdict | undefined;

const judges: Readonly<Record<string, Readonly<Record<string, Judge>>>> = {
  "AWS::AutoScaling::AutoScalingGroup": { DesiredCapacity: count("machines"), MaxSize: count("machines"), MinSize: count("machines") },
  "AWS::CloudFormation::Stack": {
    Parameters: () => unknown("what changes inside the nested stack is decided by its own template"),
    TemplateURL: () => unknown("what changes inside the nested stack is decided by its own template"),
  },
  "AWS::ECS::Service": {
    DesiredCount: count("tasks"),
    TaskDefinition: (_before, _after, { DeploymentConfiguration: configuration }) =>
      allAtOnce(configuration)
        ? downtime("all tasks may stop before new ones start: MinimumHealthyPercent is 0, and MaximumPercent 100")
        : undefined,
  },
  "AWS::EKS::Nodegroup": { ScalingConfig: () => scale("another number of nodes") },
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html
  "AWS::RDS::DBInstance": {
    AllocatedStorage: (before, after) =>
      Number(after) < Number(before) ? rejected("RDS refuses it: the storage of a database can't become smaller") : undefined,
  },
};

function count(what: string): Judge {
  return (_before, after) => (Number(after) === 0 ? downtime(`no ${what} run any more`) : scale(`another number of ${what}`));
}

const allAtOnce = (configuration: unknown) =>
  isRecord(configuration) && Number(configuration.MinimumHealthyPercent) === 0 && Number(configuration.MaximumPercent) === 100;

/** What a change of a property does by its values; undefined where the other tables decide. */
export function specialUpdate({ before, after }: ResourcePair, name: string): Verdict | undefined {
  const judge = own(own(judges, after.resource.type), name);
  return judge?.(own(before.resource.properties, name), own(after.resource.properties, name), after.resource.properties);
}

/** Attributes that are others after each update of their resource, by its type. */
export const versions: Readonly<Record<string, readonly string[]>> = {
  "AWS::EC2::LaunchTemplate": ["LatestVersionNumber", "DefaultVersionNumber"],
};
