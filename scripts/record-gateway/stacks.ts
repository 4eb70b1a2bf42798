import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";

/** Where stacks are deployed. */
export interface StackPlace {
  readonly region: string;
  /** Address of a server that stands for AWS. Default: AWS itself. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's own chain finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Milliseconds between two looks at a stack that changes. Default: 3000. */
  readonly interval?: number;
  /** Ends the wait for a stack, with its reason. */
  readonly signal?: AbortSignal;
}

/** What a stack has when it is complete. */
export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** Ids that AWS gave to resources, by their logical ids. */
  readonly ids: Readonly<Record<string, string>>;
}

/** A stack that couldn't be deployed, with what CloudFormation says of its resources. */
export class StackError extends Error {}

/** Deploys and removes stacks through CloudFormation's API, and waits until that is done. */
export class Stacks {
  readonly #client: CloudFormationClient;
  readonly #interval: number;
  readonly #signal: AbortSignal | undefined;

  constructor({ region, endpoint, credentials, interval = 3000, signal }: StackPlace) {
    this.#client = new CloudFormationClient({ region, ...(endpoint ? { endpoint } : {}), ...(credentials ? { credentials } : {}) });
    this.#interval = interval;
    this.#signal = signal;
  }

  /** Creates a stack. A failed one stays as it is, for its resources to be looked at. @throws StackError */
  async create(name: string, template: object): Promise<DeployedStack> {
    await this.#client.send(new CreateStackCommand({ ...input(name, template), OnFailure: "DO_NOTHING" }));
    return this.#deployed(name, "CREATE_COMPLETE");
  }

  /** Changes a stack. @throws StackError */
  async update(name: string, template: object): Promise<DeployedStack> {
    await this.#client.send(new UpdateStackCommand(input(name, template)));
    return this.#deployed(name, "UPDATE_COMPLETE");
  }

  /**
   * Removes a stack, whatever state it is in, when nothing of it changes any more; one that isn't there is fine. It tries three times, since
   * API Gateway deletes one API in 30 seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
   * @throws StackError
   */
  async remove(name: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const stack = await this.#settled(name);
      if (!stack) return;
      await this.#client.send(new DeleteStackCommand({ StackName: name }));
      // The id finds a stack that is gone, and its name doesn't.
      const last = await this.#settled(stack.StackId ?? name);
      if (!last || last.StackStatus === "DELETE_COMPLETE") return;
      if (attempt === 3) throw await this.#error(name, last);
      await sleep(10 * this.#interval);
    }
  }

  /** Whether a stack is there, complete or not. */
  async has(name: string): Promise<boolean> {
    const stack = await this.#find(name);
    return stack !== undefined && stack.StackStatus !== "DELETE_COMPLETE";
  }

  async #deployed(name: string, wanted: string): Promise<DeployedStack> {
    const stack = await this.#settled(name);
    if (stack?.StackStatus !== wanted) throw await this.#error(name, stack);
    const { StackResources = [] } = await this.#client.send(new DescribeStackResourcesCommand({ StackName: name }));
    // LocalStack calls an update complete that it has rolled back.
    if (StackResources.some(({ ResourceStatus }) => ResourceStatus?.endsWith("_FAILED"))) throw await this.#error(name, stack);
    return {
      outputs: Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue])),
      ids: Object.fromEntries(
        StackResources.map(({ LogicalResourceId = "", PhysicalResourceId = "" }) => [LogicalResourceId, PhysicalResourceId]),
      ),
    };
  }

  /** The stack when nothing of it changes any more. */
  async #settled(name: string): Promise<Stack | undefined> {
    for (;;) {
      const stack = await this.#find(name);
      if (!stack?.StackStatus?.endsWith("_IN_PROGRESS")) return stack;
      await sleep(this.#interval);
      this.#signal?.throwIfAborted();
    }
  }

  async #find(name: string): Promise<Stack | undefined> {
    try {
      const { Stacks: found = [] } = await this.#client.send(new DescribeStacksCommand({ StackName: name }));
      return found[0];
    } catch (error) {
      if ((error as Error).name === "ValidationError" && /does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  async #error(name: string, stack: Stack | undefined): Promise<StackError> {
    const { StackEvents = [] } = await this.#client.send(new DescribeStackEventsCommand({ StackName: stack?.StackId ?? name }));
    const reasons = StackEvents.flatMap(({ ResourceStatus = "", LogicalResourceId, ResourceType, ResourceStatusReason }) =>
      ResourceStatus.endsWith("_FAILED") && ResourceStatusReason
        ? [`  ${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason}`]
        : [],
    );
    return new StackError([`the stack ${name} is ${stack?.StackStatus ?? "missing"}`, ...reasons].join("\n"));
  }
}

/** Bytes that CloudFormation takes of a template that isn't in a bucket: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const largestTemplate = 51_200;

function input(name: string, template: object) {
  const body = JSON.stringify(template);
  const size = Buffer.byteLength(body);
  if (size > largestTemplate)
    throw new StackError(`the template of ${name} has ${size} bytes, and CloudFormation takes ${largestTemplate}`);
  return { StackName: name, TemplateBody: body, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
}
