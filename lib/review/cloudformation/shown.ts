import { hidden, isRecord, own } from "../../outside/index.ts";
import { differences } from "../fields.ts";
import { isSame } from "./same.ts";

/** Names of what is secret, or may be: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds */
const secretName = /pass(word|phrase)|secret|token|credential|private_?key|api_?key|access_?key|auth_?key|connection_?string|dsn$/i;
/** Names that end like this say where a secret is, or how one has to look. */
const isAddress = /(arns?|ids?|names?|types?|ttl|validity|length|units|enabled|polic(y|ies))$/i;
/** Places whose values are an app's own, whatever their names are. */
const ownValues = /^UserData$|EnvironmentVariables$|^AWS::CloudFormation::Init$/;
/** Members that name what their sibling holds, and that sibling. */
const namings = ["Name", "OptionName", "HeaderName", "ParameterName", "ParameterKey", "Key"] as const;
const named = /^(Value|HeaderValue|ParameterValue|StringValue)$/;
/** Properties that are secret although their names say nothing of it. */
const secretProperties: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::ApiKey": ["Value"],
  "AWS::SSM::Parameter": ["Value"],
};

interface PlaceOptions {
  /** Whether all that stands there is secret. Default: what its names say. */
  readonly isSecret?: boolean;
  /** Type of the resource whose property it is. */
  readonly type?: string;
}

export interface ShownDifference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Where two values differ, without what is secret, or may be: of that it is said only that it differs.
 * @param place where the values are, as `Properties.Name`
 */
export function differencesOf(
  place: string,
  before: unknown,
  after: unknown,
  { isSecret = false, type = "" }: PlaceOptions = {},
): ShownDifference[] {
  const steps = place.split(".");
  const isHidden =
    isSecret ||
    steps.some((name) => isSecretName(name) || ownValues.test(name)) ||
    (own(secretProperties, type) ?? []).includes(steps.at(-1) ?? "");
  const masks = new Masks();
  const [old, now] = [before, after].map((value) =>
    steps.reduceRight<unknown>((inner, name) => ({ [name]: inner }), masks.masked(value, isHidden, steps.at(-1) ?? "")),
  );
  return differences(old, now, undefined, { definitions: {} })
    .filter((difference) => !isSame(difference.before, difference.after))
    .map(({ path, ...values }) => ({
      path,
      ...(values.before === undefined ? {} : { before: masks.shown(values.before) }),
      ...(values.after === undefined ? {} : { after: masks.shown(values.after) }),
    }));
}

const isSecretName = (name: string) => secretName.test(name) && !isAddress.test(name);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const isReference = (text: string) => /^\{\{resolve:[^{}]*\}\}$/.test(text) || /^arn:[a-z-]+:[a-z0-9-]+:/.test(text);
const holdsPassword = (text: string) => /:\/\/[^/\s:@]*:[^/\s@]+@/.test(text);

/** Puts marks in place of secrets, the same for the same value, so that values can be compared without them. */
class Masks {
  readonly #marks = new Map<string, string>();
  readonly #start = "\0hidden ";

  /** @param name the member that the value is of */
  masked(value: unknown, isSecret: boolean, name: string): unknown {
    if (typeof value === "string") return (isSecret && !isReference(value)) || holdsPassword(value) ? this.#mark(value) : value;
    if (typeof value === "number") return isSecret ? this.#mark(String(value)) : value;
    // Containers have theirs as a list, functions as a map named Variables.
    if (Array.isArray(value)) return value.map((entry: unknown) => this.masked(entry, isSecret || name === "Environment", name));
    if (!isRecord(value)) return value;
    if (isSecret && (typeof own(value, "Ref") === "string" || own(value, "Fn::GetAtt") !== undefined)) return value;
    const hidesSibling = namings.some((naming) => isSecretName(String(own(value, naming) ?? "")));
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => {
        const isOwn =
          isSecretName(member) ||
          ownValues.test(member) ||
          member === "HeaderValue" ||
          (name === "Environment" && member === "Variables") ||
          (hidesSibling && named.test(member));
        return [member, this.masked(inner, isSecret ? !(isName(member) || isAddress.test(member)) || isOwn : isOwn, member)];
      }),
    );
  }

  /** A value as it may be shown. */
  shown(value: unknown): unknown {
    if (typeof value === "string") return value.startsWith(this.#start) ? hidden : value;
    if (Array.isArray(value)) return value.map((entry: unknown) => this.shown(entry));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.shown(member)]));
  }

  #mark(value: string): string {
    const mark = this.#marks.get(value) ?? `${this.#start}${this.#marks.size}`;
    this.#marks.set(value, mark);
    return mark;
  }
}

/** Whether a member says which one it is, and not what it is. */
const isName = (member: string) => namings.some((naming) => naming === member);
