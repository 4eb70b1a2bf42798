import { existsSync, readdirSync } from "node:fs";
import { Project } from "../project.ts";

test("makes a repository of the folder's name that depends on slipway; e2e installs and runs it", () => {
  const project = new Project();
  const { status, stdout } = project.slipway("init", "Our Deployments");
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Our Deployments/overlays/base/hello.ts\n") });
  for (const path of stdout.split("\n\n")[0]?.split("\n") ?? [])
    expect([path, existsSync(`${project.folder}/${path}`)]).toEqual([path, true]);
  expect(JSON.parse(project.read("Our Deployments/package.json"))).toMatchObject({
    name: "our-deployments",
    dependencies: { slipway: expect.stringMatching(/^\^\d/) },
  });
});

test("leaves a folder that isn't empty as it is", () => {
  const project = new Project();
  const before = readdirSync(project.folder);
  expect(project.slipway("init", ".")).toMatchObject({ status: 2, stderr: expect.stringContaining("the folder isn't empty") });
  expect(readdirSync(project.folder)).toEqual(before);
});
