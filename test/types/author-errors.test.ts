import { Project } from "../project.ts";

const settings = 'kubernetes: "1.34", cluster: { name: "dev" }, argocd: { repository: "https://git.example/x.git" }';
const cases: readonly (readonly [what: string, code: string, error: string])[] = [
  ["a missing setting", `{ ${settings}, apps: [] }`, "Property 'registry' is missing"],
  ["missing apps", `{ ${settings}, registry: "registry.example" }`, "Property 'apps' is missing"],
  ["a misspelt setting", `{ ${settings}, registry: "registry.example", domian: "a.example", apps: [] }`, "Did you mean to write 'domain'?"],
  ["a misspelt setting beside extends", "{ extends: base, clustr: {} }", "Did you mean to write 'cluster'?"],
  ["a wrong value beside extends", "{ extends: base, cluster: { name: 3 } }", "Type 'number' is not assignable to type 'string'"],
];

test("the compiler names the setting of an environment that is wrong", () => {
  const base = `import { environment } from "slipway";\nconst base = environment("base", { ${settings}, registry: "registry.example", apps: [] });\n`;
  const calls = cases.map(([, options]) => `environment("prod", ${options});\n`);
  const project = new Project({
    "overlays/index.ts": `${base}environment("prod", { extends: base, without: [] });\n${calls.join("")}`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        module: "nodenext",
        strict: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        types: ["node"],
      },
      include: ["overlays"],
    }),
  });
  const { stdout } = project.run(process.execPath, [
    `${process.cwd()}/node_modules/typescript/bin/tsc`,
    "-p",
    ".",
    "--typeRoots",
    `${process.cwd()}/node_modules/@types`,
  ]);
  const reported = stdout.split(/^(?=overlays\/)/m).filter((error) => error.startsWith("overlays/"));
  expect(reported.map((error) => Number(/\((\d+),/.exec(error)?.[1]))).toEqual(cases.map((_case, index) => index + 4));
  for (const [index, [what, , error]] of cases.entries()) expect([what, reported[index]]).toEqual([what, expect.stringContaining(error)]);
  expect(stdout).not.toContain("Property 'extends' is missing");
}, 60_000);
