import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ReleasedProject } from "../release/estate.ts";
import { describeWithTools, kustomize } from "../tools.ts";

describeWithTools(["kustomize"], "kustomize edit beside releases", () => {
  test("nothing of either is lost, and dist follows", async () => {
    const project = new ReleasedProject();
    const clones = Array.from({ length: 7 }, (_name, index) => join(project.folder, "..", `${basename(project.folder)}-k${index}`));
    for (const clone of clones) {
      project.git("clone", "--quiet", project.bare, clone);
      project.run("ln", ["-s", join(project.folder, "node_modules"), join(clone, "node_modules")]);
    }
    const [editor = "", ...writers] = clones;
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", editor, "-c", "user.name=Editor", "-c", "user.email=editor@dominos.example", ...args], {
        encoding: "utf8",
        stdio: "pipe",
      });

    const releasing = writers.map(async (clone, index) => {
      for (let time = 0; time < 3; time++) {
        const args = [
          resolve("bin/slipway.js"),
          "release",
          `web=2.${index}.${time}`,
          "--env",
          index % 2 ? "prod" : "staging",
          "--no-resolve",
        ];
        const child = spawn(process.execPath, args, { cwd: clone, env: { ...process.env, NODE_OPTIONS: "" }, stdio: "ignore" });
        const status = await new Promise<number | null>((done) => child.on("exit", done));
        expect([index, time, status]).toEqual([index, time, 0]);
      }
    });
    // Somebody pins another image by hand meanwhile, as a person would: pull, edit, commit, push, and again when that is too late.
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: it is retried in the middle of a loop, as a person would
    const editing = (async () => {
      for (let edit = 1; edit <= 8; edit++)
        for (let tries = 0; ; tries++) {
          git("fetch", "--quiet", "origin");
          git("reset", "--quiet", "--hard", "origin/main");
          kustomize.edit(join(editor, "overlays/staging"), "set", "image", `registry.example/team/mail:1.0.${edit}`);
          git("commit", "--quiet", "--all", `--message=Mail 1.0.${edit} by hand`);
          try {
            git("push", "--quiet", "origin", "HEAD:main");
            break;
          } catch (error) {
            if (tries > 50) throw error;
          }
          await new Promise((next) => setTimeout(next, 100 + Math.random() * 400));
        }
    })();
    await Promise.all([...releasing, editing]);

    const history = project.history;
    for (let edit = 1; edit <= 8; edit++) expect(history.filter((line) => line === `Mail 1.0.${edit} by hand`)).toHaveLength(1);
    expect(history.filter((line) => line.startsWith("Release"))).toHaveLength(18);
    expect(project.slipway("render").status).toBe(0);
    project.git("fetch", "--quiet", "origin");
    project.git("reset", "--quiet", "--hard", "origin/main");
    expect(project.slipway("synth", "--check")).toMatchObject({ status: 0 });
    expect(project.read("dist/staging/mail/Deployment.mail.k8s.yaml")).toContain("team/mail:1.0.8");
    for (const clone of clones) rmSync(clone, { recursive: true, force: true });
  }, 300_000);
});
