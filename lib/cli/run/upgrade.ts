import { clusterFrom } from "../../cluster/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import { type Impact, isWorse, type ReviewFormat } from "../../review/index.ts";
import { reviewUpgrade, type Upgrade, type UpgradeSide, writeUpgrade } from "../../upgrade/index.ts";
import { reviewFormats } from "../formats.ts";
import { hasColours, printReport, warn } from "../output.ts";
import { environmentsToCheck } from "./check.ts";
import { clusterOptionProblems } from "./cluster-options.ts";
import { readOutputs, writeOutputs } from "./outputs.ts";
import { downgradeMessage, upgradeVersionProblems } from "./upgrade-versions.ts";
import { type JudgedUpgrade, withWritable, writeMoves } from "./write-moves.ts";

interface Options {
  readonly kubernetesFrom?: string;
  readonly kubernetesTo?: string;
  readonly write?: true;
  readonly failOn?: Impact;
  readonly expect?: Impact;
  readonly strict?: true;
  readonly format: ReviewFormat;
  readonly output?: string[];
  readonly namespace?: string;
  readonly snapshot?: string;
  /** What is for reviews of manifests, and said here by mistake. */
  readonly base?: string;
  readonly kubernetes?: string;
  readonly templates?: string;
  readonly templatesBase?: string;
}

/** `slipway review --kubernetes-from V --kubernetes-to V`: its status is that of a review. */
export async function upgradeCommand(sources: readonly string[], options: Options): Promise<void> {
  const { outputs, problems } = readOutputs(options.output ?? [], reviewFormats);
  const { kubernetesFrom: from = "", kubernetesTo: to = "" } = options;
  const wrong = [...optionProblems(sources, options), ...problems];
  if (wrong.length > 0) throw new InputError(wrong);
  const downgrade = downgradeMessage(from, to);
  if (downgrade !== undefined) warn(`${downgrade}\n`);
  const judged = () => upgradeOf(sources, from, to, options);
  const first = await judged();
  const upgrade = options.write ? await writeMoves(first, judged) : first.upgrade;
  writeOutputs(outputs, (format) => writeUpgrade(upgrade, format, false));
  printReport(writeUpgrade(upgrade, options.format, hasColours(process.stdout)));
  if (isBad(upgrade, options)) process.exitCode = 1;
}

async function upgradeOf(sources: readonly string[], from: string, to: string, { namespace, snapshot }: Options): Promise<JudgedUpgrade> {
  const { cluster } = clusterFrom(snapshot === undefined ? {} : { snapshot });
  const side = async (version: string): Promise<UpgradeSide> => {
    const common = { ...(namespace === undefined ? {} : { namespace }), ...(cluster ? { cluster } : {}) };
    const environments = await environmentsToCheck(sources, { ...common, kubernetes: version, isRenderedFor: true });
    return {
      version,
      environments: environments.map((environment) => ({ ...environment, kubernetes: version, ...(cluster ? { cluster } : {}) })),
    };
  };
  const sides = [await side(from), await side(to)] as const;
  return { sides, upgrade: withWritable(reviewUpgrade(...sides, new Date().toISOString().slice(0, 10))) };
}

function isBad({ summary, remarks }: Upgrade, { failOn, expect, strict }: Options): boolean {
  const { impact } = summary;
  if (expect !== undefined && impact !== expect) {
    warn(`expected ${expect}, found ${impact}\n`);
    return true;
  }
  const isUnread = remarks.some(({ kind }) => kind === "not-looked-at");
  return (failOn !== undefined && !isWorse(failOn, impact)) || (strict === true && isUnread);
}

function optionProblems(sources: readonly string[], options: Options): Problem[] {
  const { kubernetesFrom, kubernetesTo, write, namespace } = options;
  const others = {
    "--base": options.base,
    "--kubernetes": options.kubernetes,
    "--templates": options.templates,
    "--templates-base": options.templatesBase,
  };
  const needless = Object.entries(others).flatMap(([flag, value]): Problem[] =>
    value === undefined ? [] : [{ message: `${flag} is for reviews of a change, and versions were given`, fix: `Leave out ${flag}.` }],
  );
  const unwritable =
    write && sources.includes("-") ? [{ message: "--write can't change standard input", fix: "Name the file or folder." }] : [];
  return [
    ...upgradeVersionProblems(kubernetesFrom, kubernetesTo),
    ...needless,
    ...unwritable,
    ...clusterOptionProblems(namespace === undefined ? {} : { namespace }),
  ];
}
