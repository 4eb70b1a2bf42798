import { InputError, type Problem } from "../problem/index.ts";

/** Where a chart is pulled from. */
export type ChartReference = { readonly name: string; readonly version: string } & (
  | { readonly kind: "registry"; readonly address: string }
  | { readonly kind: "repository"; readonly address: string }
  /** A repository that Helm knows by a name, as `helm repo add` gave it. */
  | { readonly kind: "named repository"; readonly repository: string }
);

/** Exact versions only, as charts have them: https://semver.org/ */
const exact = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const chartName = /^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/;

/**
 * What a person names: `oci://REGISTRY/PATH/NAME`, `https://REPOSITORY NAME`, or `REPOSITORY/NAME` of a repository that Helm knows.
 * @throws InputError
 */
export function chartReference(address: string, given: string | undefined, version: string): ChartReference {
  const problems: Problem[] = [];
  if (!exact.test(version))
    problems.push({
      message: `--version: expected an exact version, found "${version}"`,
      fix: "Give one as 1.2.3: what is vendored must not depend on the day.",
    });
  if (/\/\/[^/]*@/.test(address))
    problems.push({
      message: "the address holds credentials",
      fix: "Log in with helm registry login or helm repo add, and leave them out.",
    });
  const found = placeOf(address, given);
  if ("message" in found) problems.push(found);
  else if (!chartName.test(found.name))
    problems.push({ message: `"${found.name}" is no name of a chart`, fix: "Use lower-case letters, digits, '-', '_' and '.'." });
  if (problems.length > 0 || "message" in found) throw new InputError(problems);
  return { ...found, version };
}

type Place = ChartReference extends infer Each ? (Each extends ChartReference ? Omit<Each, "version"> : never) : never;

function placeOf(address: string, given: string | undefined): Place | Problem {
  if (address.startsWith("oci://")) {
    if (given !== undefined)
      return { message: "an oci:// reference names its chart, and another name was given", fix: `Write ${address}/${given}.` };
    const [, name] = /^oci:\/\/[^/?#]+\/(?:[^/?#]+\/)*([^/?#@:]+)$/.exec(address) ?? [];
    return name === undefined
      ? { message: `"${address}" is no reference to a chart in a registry`, fix: "Write oci://REGISTRY/PATH/NAME, without tag and digest." }
      : { kind: "registry", address, name };
  }
  if (/^https?:\/\//.test(address)) {
    if (given === undefined)
      return { message: "a repository holds many charts, and none is named", fix: `slipway chart pull ${address} NAME --version VERSION` };
    return { kind: "repository", address: address.replace(/\/+$/, ""), name: given };
  }
  const [, repository, name] = /^([A-Za-z0-9][A-Za-z0-9._-]*)\/([^/]+)$/.exec(address) ?? [];
  if (repository === undefined || name === undefined || given !== undefined)
    return {
      message: `"${address}" is no reference to a chart`,
      fix: "Write oci://REGISTRY/PATH/NAME, https://REPOSITORY NAME, or REPOSITORY/NAME as helm repo list has it.",
    };
  return { kind: "named repository", repository, name };
}

/** The source as the lock has it. */
export const sourceOf = (reference: ChartReference): string =>
  reference.kind === "named repository" ? reference.repository : reference.address;
