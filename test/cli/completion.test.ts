import { spawnSync } from "node:child_process";
import { Project } from "../project.ts";

const project = new Project({
  "overlays/dev/kustomization.yaml": "images: []\n",
  "overlays/prod/kustomization.yaml": "images: []\n",
  "overlays/base/web.ts": "",
  "dist/prod/web/Service.web.k8s.yaml": "",
  "dist/prod/shared/Namespace.shop.k8s.yaml": "",
  "old manifests/web.yaml": "",
});
const scriptOf = (shell: string) => {
  const { status, stdout } = project.slipway("completion", shell);
  expect(status).toBe(0);
  return stdout;
};

/** What bash offers at the end of a command line, by the function that the script registers. */
function offeredByBash(...words: string[]): string[] {
  const ask = `${scriptOf("bash")}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = project.run("bash", ["-c", ask, "bash", "slipway", ...words]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim().split("\n");
}

/** What fish offers at the end of a command line. */
function offeredByFish(line: string): string[] {
  project.write({ "slipway.fish": scriptOf("fish") });
  const { status, stdout, stderr } = project.run("fish", ["--no-config", "-c", `source slipway.fish; complete --do-complete "${line}"`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim().split("\n");
}

/** What zsh makes of a command line when somebody presses Tab. It is asked in a terminal, as its completion runs nowhere else. */
function completedByZsh(line: string): string {
  project.write({ "slipway.zsh": scriptOf("zsh") });
  const session = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=""; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./slipway.zsh; show() { print -r -- "line: $BUFFER" "end"; }; zle -N show; bindkey ^X show; print REA''DY'
zpty -r shell out '*READY*'
zpty -w -n shell $'${line}\\t\\x18'
zpty -r shell out '*line: *end*'
print -r -- "$out"
zpty -d shell`;
  const { stdout } = project.run("zsh", ["-f", "-c", session]);
  return (/line: (.*?)end/.exec(stdout)?.[1] ?? stdout).trim();
}

/** A test for a shell that may not be installed; one that is skipped says why. */
function testIn(shell: string) {
  if (spawnSync(shell, ["--version"]).status === 0) return test;
  process.stderr.write(`skipped: a test of completion, which needs ${shell}; scripts/install-packages.sh installs it\n`);
  return test.skip;
}

test.each([
  [["ima"], ["image"]],
  [["image", "s"], ["set"]],
  [
    ["check", "--format", ""],
    ["text", "json", "codequality", "sarif", "github"],
  ],
  [["check", "--format", "=", "js"], ["json"]],
  [["check", "old"], ["old manifests"]],
  [
    ["check", "--env", ""],
    ["dev", "prod"],
  ],
  [["promote", "web", "--to", "p"], ["prod"]],
  [["rollback", "web", "--to", ""], [""]],
  [["release", "--no-r"], ["--no-resolve"]],
  [["release", "--no-resolve", "w"], ["web"]],
  [["hold", ""], ["web"]],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
])("bash completes %j", (words, offered) => {
  expect(offeredByBash(...words)).toEqual(offered);
});

testIn("fish")("fish completes commands, options, environments and apps", () => {
  expect(offeredByFish("slipway ima")).toEqual(["image\tthe images environments run"]);
  expect(offeredByFish("slipway check --env p").map((line) => line.split("\t")[0])).toEqual(["prod"]);
  expect(offeredByFish("slipway hold w")).toEqual(["web"]);
  expect(offeredByFish("slipway release --no-re")).toEqual(["--no-resolve\tpin the tag alone, without asking the registry for its digest"]);
});

testIn("zsh")("zsh completes commands, options, environments and apps", () => {
  expect(completedByZsh("slipway ima")).toBe("slipway image");
  expect(completedByZsh("slipway check --env p")).toBe("slipway check --env prod");
  expect(completedByZsh("slipway hold w")).toBe("slipway hold web");
  expect(completedByZsh("slipway release --no-re")).toBe("slipway release --no-resolve");
});

test("a shell that there is no script for is named with those that there are", () => {
  expect(project.slipway("completion", "tcsh")).toMatchObject({ status: 2, stderr: expect.stringContaining("bash, zsh, fish") });
});
