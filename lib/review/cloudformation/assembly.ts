import { basename } from "node:path/posix";

/** What the AWS CDK writes beside its templates, by name and content: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth */
const written: readonly (readonly [name: RegExp, content: RegExp])[] = [
  [/^manifest\.json$/, /"type":\s*"(aws:cloudformation:stack|cdk:(tree|asset-manifest|cloud-assembly))"/],
  [/^tree\.json$/, /^\s*\{\s*"version":\s*"tree-/],
  [/\.assets\.json$/, /^\s*\{\s*"version":\s*"[\d.]+",\s*"(files|dockerImages)":/],
  [/\.metadata\.json$/, /"type":\s*"aws:cdk:/],
  [/^validation-report\.json$/, /"pluginReports":/],
];

/** Whether a file only says how the AWS CDK made and publishes the templates beside it. */
export const isOfAssembly = (path: string, text: string): boolean =>
  written.some(([name, content]) => name.test(basename(path)) && content.test(text));
