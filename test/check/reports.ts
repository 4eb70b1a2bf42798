import { type CheckedEnvironment, check } from "../../lib/check/index.ts";
import { linesOfText, readManifests } from "../../lib/kubernetes/index.ts";

/** A Deployment with a finding of each severity: an unknown field, the tag latest, and Recreate. */
export const threeSeverities = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  strategy: { type: Recreate }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:latest", port: 1, resources: { requests: { memory: 64Mi } } }] }
`;

/** What `check` reports of files, all of one environment. */
export function reportOf(
  files: Readonly<Record<string, string>>,
  more: Partial<CheckedEnvironment> = {},
  asked?: Parameters<typeof check>[2],
) {
  const manifests = Object.entries(files).flatMap(([file, text]) =>
    readManifests(text).objects.map(({ object }) => ({ object, app: "web", file, lineOf: linesOfText(text) })),
  );
  return check([{ name: "test", kubernetes: "1.34", manifests, ...more }], "2030-01-01", asked);
}
