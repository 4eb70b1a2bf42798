import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describeWithServers } from "../api-server.ts";
import { loopPrograms } from "./loop.ts";

const demo = (...args: string[]) =>
  spawnSync("npm", ["run", "--silent", "demo", "--", ...args], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });

describeWithServers(
  "npm run demo",
  () => {
    afterAll(() => demo("down"));

    test("brings the loop up, says what to do with it, and goes without a trace", () => {
      const { status, stdout } = demo();
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/9 Applications are synced and healthy/) });
      const said = (name: string) => new RegExp(`^${name}\\s+(\\S+)`, "m").exec(stdout)?.[1] ?? "";
      expect(existsSync(said("board"))).toBe(true);
      expect(demo()).toMatchObject({ status: 1, stderr: expect.stringMatching(/it is up already/) });

      const release = /npx slipway (release .*)$/m.exec(stdout)?.[1]?.split(" ") ?? [];
      expect(spawnSync("npx", ["slipway", ...release], { cwd: said("clone"), encoding: "utf8" })).toMatchObject({ status: 0 });
      const rollout = ["rollout", "status", "--namespace=dominos-service-backend", "deployment/backend-app", "--timeout=60s"];
      const image = ["get", "deployment/backend-app", "--namespace=dominos-service-backend", "--output=jsonpath={..image}"];
      const kubectl = (args: readonly string[]) => spawnSync(said("cluster"), args, { encoding: "utf8" }).stdout;
      for (const end = Date.now() + 60_000; !kubectl(image).includes("main-5000") && Date.now() < end; ) spawnSync("sleep", ["1"]);
      expect(kubectl(image)).toContain("main-5000@sha256:");
      expect(kubectl(rollout)).toContain("successfully rolled out");

      const clone = said("clone");
      const data = dirname(/--kubeconfig '(.*?)'/.exec(readFileSync(said("cluster"), "utf8"))?.[1] ?? "");
      expect(spawnSync("pgrep", ["--full", data]).status).toBe(0);
      expect(demo("down")).toMatchObject({ status: 0, stdout: "stopped\n" });
      expect(existsSync(clone)).toBe(false);
      expect(spawnSync("pgrep", ["--full", data], { encoding: "utf8" }).stdout).toBe("");
      expect(existsSync(data)).toBe(false);
      expect(demo("down")).toMatchObject({ status: 0, stdout: "nothing is up\n" });
    }, 300_000);
  },
  loopPrograms,
);
