import { z } from "zod";
import type { Problem } from "../problem/index.ts";
import { validate } from "../validation/index.ts";
import { branchName, RegistrySettings } from "./schema/gateway.ts";
import { awsAccount, awsRegion } from "./schema/scalar.ts";

/** What is wrong with a registry that stands in no overlay: where overlays set the same, the model's schema holds. */
export const registryProblems = (registry: object): Problem[] => validate(Registry, registry);

/** A value that a CDK app may leave to the deploy. */
const orToken = <Schema extends z.ZodType>(known: Schema) =>
  z.union([known, z.string().regex(/^\$\{Token\[[^\]]+\]\}$/, { error: "a token of the AWS CDK" })]);
const { branches, tags, gitlab, provider, buildCaches, keepDays } = RegistrySettings.shape;
/** A pattern would let projects push that nobody named. */
const project = z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, { error: "the path of a project, as group/backend-app" });
const account = orToken(awsAccount);
const region = orToken(awsRegion);

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const Repository = z.strictObject({
  name: z
    .string()
    .min(2)
    .max(256)
    .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, { error: "the name of a repository in lower case, as shop/orders" }),
  projects: z.array(project).optional(),
  pinned: z.array(z.string().regex(/^\w[\w.-]{0,127}$/, { error: "the tag of an image" })).optional(),
});

const Registry = z.strictObject({
  repositories: z.array(Repository),
  pullers: z.array(account).optional(),
  replicas: z.array(region).optional(),
  buildCaches,
  keepDays,
  pipelines: z
    .strictObject({
      gitlab: gitlab.unwrap(),
      branches,
      tags,
      provider: orToken(provider.unwrap()).optional(),
      deployments: z.strictObject({ project, branch: branchName }).optional(),
      targets: z.array(z.strictObject({ account, region })).optional(),
      qualifier: z
        .string()
        .regex(/^[\w-]{1,10}$/, { error: "at most 10 letters, digits, '-' and '_'" })
        .optional(),
      rolePrefix: z
        .string()
        .regex(/^[\w+=,.@-]+$/, { error: "letters, digits and +=,.@-_" })
        .optional(),
    })
    .optional(),
});
