import { chosenRules, rules, writeReport } from "../../lib/check/index.ts";
import { Project } from "../project.ts";
import { reportOf, threeSeverities } from "./reports.ts";

const found = (choice: Parameters<typeof chosenRules>[0], more: Parameters<typeof reportOf>[1] = {}) => {
  const report = reportOf({ "a.yaml": threeSeverities }, more, chosenRules(choice));
  return { ...report, ids: report.findings.map(({ rule }) => rule) };
};

test.each([
  ["all rules", {}, ["rollout/recreate", "security/image-tag", "schema/fields"]],
  ["one rule", { rule: ["security/image-tag"] }, ["security/image-tag"]],
  ["a family and a rule", { rule: ["rollout/*", "schema/fields"] }, ["rollout/recreate", "schema/fields"]],
  ["all but some", { skip: ["rollout/recreate", "security/*"] }, ["schema/fields"]],
  ["all but the schemas", { skip: ["schema/*"] }, ["rollout/recreate", "security/image-tag"]],
  ["a family without one of its rules", { rule: ["*/*"], skip: ["schema/fields"] }, ["rollout/recreate", "security/image-tag"]],
])("%s can be asked for", (_name, choice, expected) => {
  expect(found(choice).ids).toEqual(expected);
});

test("files that can't be read are findings of a rule too, which can be skipped", () => {
  const unread = [{ file: "b.yaml", message: "is not a file" }];
  expect(found({ rule: ["schema/yaml"] }, { unread }).ids).toEqual(["schema/yaml"]);
  expect(found({ skip: ["schema/yaml"] }, { unread }).ids).not.toContain("schema/yaml");
});

test("a waiver of a rule that doesn't run isn't reported as covering nothing", () => {
  const waivers = {
    tag: { rule: "security/image-tag", resource: "Deployment web", reason: "the vendor pushes latest only", until: "2031-01-01" },
    typo: { rule: "security/image-tga", resource: "Deployment web", reason: "the vendor pushes latest only", until: "2031-01-01" },
  };
  const complaints = ({ findings }: ReturnType<typeof found>) =>
    findings.flatMap(({ rule, resource }) => (rule === "fleet/waiver" ? resource.name : []));
  expect(complaints(found({}, { waivers }))).toEqual(["typo"]);
  expect(complaints(found({ skip: ["security/*"] }, { waivers }))).toEqual(["typo"]);
  expect(complaints(found({ skip: ["fleet/*"] }, { waivers }))).toEqual([]);
});

test("a report says which rules were skipped", () => {
  expect(found({})).not.toHaveProperty("skipped");
  const few = found({ skip: ["rollout/recreate", "security/image-tag"] });
  expect(few.skipped).toEqual(["rollout/recreate", "security/image-tag"]);
  expect(writeReport(few, "text", false)).toMatch(
    /\n1 error, 0 warnings in 1 manifest\nskipped: rollout\/recreate, security\/image-tag\n$/,
  );
  const many = found({ rule: ["schema/fields"] });
  expect(many.skipped).toHaveLength(rules.length - 1);
  expect(writeReport(many, "text", false)).toMatch(new RegExp(`\nskipped: ${rules.length - 1} rules\n$`));
});

describe("slipway check", () => {
  const project = new Project({ "manifests/a.yaml": threeSeverities });

  test("runs the rules that it is asked for, and its status is theirs", () => {
    expect(project.slipway("check", "manifests", "--rule", "rollout/*", "security/*")).toMatchObject({ status: 0 });
    const { status, stdout } = project.slipway("check", "manifests", "--skip", "rollout/*", "--format", "json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ skipped: expect.arrayContaining(["rollout/recreate"]) });
  });

  test("names every unknown rule with the nearest one", () => {
    const { status, stderr } = project.slipway("check", "--rule", "schema/feilds", "manifests", "--skip", "refrences/*");
    expect(status).toBe(2);
    expect(stderr).toContain('--rule: there is no rule "schema/feilds"\n  Did you mean "schema/fields"? `slipway rules` lists all rules.');
    expect(stderr).toContain('--rule: there is no rule "manifests"\n  Write folders before --rule.');
    expect(stderr).toContain('--skip: no rule fits "refrences/*"\n  Did you mean "references/*"?');
    expect(project.slipway("check", "manifests", "--rule", "schema/fields", "--skip", "schema/*")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--rule and --skip leave no rule to run"),
    });
  });
});
