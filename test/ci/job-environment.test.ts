import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "../write-files.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-job-"));
afterAll(() => rmSync(folder, { recursive: true }));
const application = (address: string) => ({
  "dist/dev/argocd/Application.dev.k8s.yaml": `# Generated\nkind: Application\nspec:\n  source:\n    repoURL: ${address}\n    targetRevision: main\n    path: dist/dev/argocd\n`,
});
const address = "https://gitlab.example/platform/deployments.git";
beforeEach(() => {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  writeFiles(folder, application(address));
  cpSync("scripts", join(folder, "scripts"), { recursive: true });
});
const run = (command: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  spawnSync(command, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH ?? "", ...variables } });
const ask = (prompt: string, variables = {}) =>
  run(join(folder, "scripts/git-askpass.sh"), [prompt], { SLIPWAY_GIT_TOKEN: "secret", ...variables });

test("git gets the token for the committed repository's host, and for nothing else", () => {
  expect(ask("Username for 'https://gitlab.example': ")).toMatchObject({ status: 0, stdout: "oauth2\n" });
  expect(ask("Password for 'https://oauth2@gitlab.example': ")).toMatchObject({ status: 0, stdout: "secret\n" });
  for (const prompt of [
    "Password for 'https://oauth2@evil.example': ",
    "Password for 'https://oauth2@gitlab.example.evil.example': ",
    "Password for 'https://oauth2@gitlab.example:8443': ",
    "Password for 'https://oauth2@evil.example/gitlab.example': ",
    "Password for 'https://gitlab.example': ",
    "Password for 'http://oauth2@gitlab.example': ",
    "Password for 'https://oauth2@gitlabXexample': ",
    "Password for 'https://oauth2@gitlab.example' ",
    "Password: ",
    "",
    "Enter passphrase for key '/home/user/.ssh/id_rsa': ",
    "Username for 'https://evil.example': ",
  ]) {
    const { status, stdout } = ask(prompt, { CI_SERVER_URL: "https://evil.example", CI_PROJECT_URL: "https://evil.example/x" });
    expect({ prompt, status, stdout }).toEqual({ prompt, status: 1, stdout: "" });
  }
  expect(ask("Password for 'https://oauth2@gitlab.example': ", { SLIPWAY_GIT_TOKEN: "" }).status).not.toBe(0);
});

test.each([
  ["two repositories", { "dist/prod/argocd/Application.prod.k8s.yaml": "    repoURL: https://evil.example/x.git\n" }],
  ["an address with a user", application("https://oauth2@gitlab.example/x.git")],
  ["an address without TLS", application("http://gitlab.example/x.git")],
  ["a pattern", application("https://*/x.git")],
  ["no address", application("")],
])("%s in dist gives no token to anybody", (_name, files) => {
  writeFiles(folder, files);
  for (const host of ["gitlab.example", "evil.example", "*"])
    expect(ask(`Password for 'https://oauth2@${host}': `)).toMatchObject({ status: 1, stdout: "" });
});

const source = (variables: Readonly<Record<string, string>> = {}) =>
  run("sh", ["-c", '. ./scripts/job-environment.sh && echo "$slipway_repository $slipway_branch $GIT_ASKPASS"'], variables);

const fitting = {
  CI_PROJECT_URL: "https://gitlab.example/platform/deployments",
  CI_PROJECT_PATH: "platform/deployments",
  CI_DEFAULT_BRANCH: "main",
  CI_COMMIT_BRANCH: "main",
  NODE_OPTIONS: "",
};

test("a job takes the repository's address and branch from what is committed", () => {
  expect(source(fitting)).toMatchObject({ status: 0, stdout: `${address} main ${folder}/scripts/git-askpass.sh\n` });
});

test("a value with a line like a variable's refuses nobody", () => {
  expect(source({ ...fitting, CI_COMMIT_MESSAGE: "Fix\nnpm_config_x=1\nGIT_CONFIG_KEY_0=x\n" })).toMatchObject({ status: 0, stderr: "" });
});

test.each(["HEAD", "--upload-pack=id", "a b", "main\n    targetRevision: other", '""'])("no branch is taken from %j in dist", (branch) => {
  const [file, text] = Object.entries(application(address))[0] as [string, string];
  writeFiles(folder, { [file]: text.replace("targetRevision: main", `targetRevision: ${branch}`) });
  expect(source()).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("have to name one branch") });
});

test.each<[string, string]>([
  ["CI_PROJECT_URL", "https://evil.example/platform/deployments"],
  ["CI_PROJECT_PATH", "evil/deployments"],
  ["CI_PROJECT_PATH", "*"],
  ["CI_DEFAULT_BRANCH", "other"],
  ["CI_DEFAULT_BRANCH", "--receive-pack=id"],
  ["CI_COMMIT_BRANCH", "other"],
  ["CI_DEBUG_TRACE", "true"],
  ["CI_DEBUG_SERVICES", "true"],
  ["XDG_CACHE_HOME", "/tmp"],
  ["XDG_CONFIG_HOME", "/tmp"],
  ["DOCKER_CONFIG", "/tmp"],
  ["NODE_OPTIONS", "--require=/tmp/x.js"],
  ["NODE_PATH", "/tmp"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
  ["NODE_EXTRA_CA_CERTS", "/tmp/ca.pem"],
  ["GIT_SSH_COMMAND", "id"],
  ["GIT_CONFIG_COUNT", "1"],
  ["GIT_CONFIG_KEY_0", "core.fsmonitor"],
  ["GIT_CONFIG_PARAMETERS", "'core.fsmonitor=id'"],
  ["GIT_CONFIG_GLOBAL", "/tmp/config"],
  ["GIT_DIR", "/tmp"],
  ["GIT_WORK_TREE", "/tmp"],
  ["GIT_INDEX_FILE", "/tmp/index"],
  ["GIT_ASKPASS", "/tmp/x"],
  ["GIT_TRACE_CURL", "1"],
  ["GIT_SSL_NO_VERIFY", "1"],
  ["GIT_EXEC_PATH", "/tmp"],
  ["LD_AUDIT", "/nowhere"],
  ["npm_config_registry", "https://evil.example"],
  ["NPM_CONFIG_SCRIPT_SHELL", "/tmp/x"],
])("a job doesn't run with %s set from outside", (name, value) => {
  const { status, stdout, stderr } = source({ [name]: value });
  expect({ name, status, stdout }).toEqual({ name, status: 1, stdout: "" });
  expect(stderr).toContain(name);
});
