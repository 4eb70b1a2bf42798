import { Project } from "../project.ts";
import { tools } from "../tools-folder.ts";

/** A repository that knows nothing of slipway, with one commit. */
export function repository(files: Readonly<Record<string, string>>): Project {
  const project = Project.bare(files);
  expect(project.run("git", ["init", "--quiet", "--initial-branch=main"])).toMatchObject({ status: 0 });
  commit(project);
  return project;
}

/** Commits all that lies in a repository. */
export function commit(project: Project): void {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@dominos.example"];
  expect(project.run("git", ["add", "--all"])).toMatchObject({ status: 0 });
  expect(project.run("git", [...author, "commit", "--quiet", "--message=Change"])).toMatchObject({ status: 0 });
}

/** What a review finds the tests' kustomize and Helm by. */
export const variables = { PATH: `${tools}:${process.env.PATH}` };

/** Reviews a repository. */
export const run = (project: Project, ...args: string[]) => project.slipwayWith(variables, "review", ...args);

/** What tests read of a review's JSON. */
export interface Report {
  readonly changes: readonly {
    environment: string;
    resource: { kind: string; name: string; namespace: string };
    action: string;
    impact: string;
    reason: string;
    file: string;
    fields: readonly { path: string; after?: unknown }[];
  }[];
  readonly remarks: readonly { kind: string; text: string; what?: string; file?: string }[];
}

/** The report of a review. */
export function reviewed(project: Project, ...args: string[]): Report {
  const { stdout, stderr } = run(project, ...args, "--format", "json");
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}
