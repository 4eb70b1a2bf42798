import { parseVersion, SameVersions, versionText } from "../../lib/release/version.ts";

const [a, b] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);

test("a version is written as releases.yaml has it, and read back", () => {
  for (const text of ["1.0.0", `1.0.0@${a}`, `@${a}`, ""]) expect(versionText(parseVersion(text))).toBe(text);
});

describe("versions that are one to a cluster:", () => {
  const isSame = (first: string, ...then: string[]) => {
    const versions = new SameVersions([parseVersion(first)]);
    return then.map((text) => versions.has(parseVersion(text)));
  };

  test("another tag of the same digest, and a tag before it was resolved", () => {
    expect(isSame(`3.0@${a}`, `3.0.0@${a}`, "3.0.0", "3.0")).toEqual([true, true, true]);
  });

  test("not a tag that stood for something else before", () => {
    expect(isSame(`latest@${b}`, "latest", `latest@${a}`)).toEqual([true, false]);
  });

  test("not images that are named without a tag", () => {
    expect(isSame("", "", `@${a}`)).toEqual([false, false]);
  });
});
