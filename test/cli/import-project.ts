import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { Project } from "../project.ts";
import { tools } from "../tools-folder.ts";

/** A Deployment of one container, which reads a Secret and a ConfigMap. */
export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: server
          image: nginx:1.27
          env: [{ name: B, value: "1" }, { name: A, valueFrom: { secretKeyRef: { name: db, key: password } } }]
          envFrom: [{ configMapRef: { name: settings } }]
`;

export function folderWith(files: Readonly<Record<string, string>>): Project {
  const project = Project.bare({});
  project.write(files);
  return project;
}

/** Runs `slipway import` with kustomize and Helm on the path. */
export const imported = (project: Project, ...args: string[]) =>
  project.slipwayWith({ PATH: `${tools}:${process.env.PATH}` }, "import", ...args);

/** Gives a project that was imported slipway as npm would. */
export function installed(project: Project): Project {
  mkdirSync(join(project.folder, "node_modules"));
  symlinkSync(resolve("."), join(project.folder, "node_modules/slipway"));
  return project;
}
