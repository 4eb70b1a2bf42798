import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesOfArchive } from "../../lib/charts/archive.ts";
import { tarOf } from "./tar.ts";

const read = (archive: Buffer) => filesOfArchive(archive).map(({ path, content }) => [path, content.toString()]);

test("the files of a chart are read below its folder", () => {
  const archive = tarOf(
    { name: "web/", type: "5" },
    { name: "web/Chart.yaml", content: "name: web\n" },
    { name: "./web/templates/a.yaml", content: "" },
  );
  expect(read(archive)).toEqual([
    ["Chart.yaml", "name: web\n"],
    ["templates/a.yaml", ""],
  ]);
});

test("names that are longer than a header's are read as GNU tar and Go write them", () => {
  const long = `${"d".repeat(90)}/${"e".repeat(90)}/${"f".repeat(90)}.yaml`;
  const record = ` path=web/${long}\n`;
  const length = record.length + 3;
  expect(read(tarOf({ name: "pax", type: "x", content: `${length}${record}` }, { name: "web/short", content: "a" }))).toEqual([
    [long, "a"],
  ]);
  expect(read(tarOf({ name: "././@LongLink", type: "L", content: `web/${long}\0` }, { name: "web/short", content: "a" }))).toEqual([
    [long, "a"],
  ]);
  const folder = mkdtempSync(join(tmpdir(), "slipway-tar-"));
  try {
    mkdirSync(join(folder, "web", long, ".."), { recursive: true });
    writeFileSync(join(folder, "web", long), "a");
    for (const format of ["gnu", "posix"])
      expect(read(execFileSync("tar", ["--create", "--gzip", `--format=${format}`, "--directory", folder, "web"]))).toEqual([[long, "a"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each<[string, Buffer, RegExp]>([
  ["a path that leads out", tarOf({ name: "web/../../etc/passwd" }), /a file named "web\/\.\.\/\.\.\/etc\/passwd"/],
  ["an absolute path", tarOf({ name: "/web/Chart.yaml" }), /a file named/],
  ["a path of Windows", tarOf({ name: "web/a\\b" }), /a file named/],
  ["a drive of Windows", tarOf({ name: "web/C:x" }), /a file named/],
  ["a line end in a name", tarOf({ name: "web/a\nb" }), /a file named/],
  ["an empty step", tarOf({ name: "web//a" }), /a file named/],
  ["a link", tarOf({ name: "web/a", type: "2", link: "/etc/passwd" }), /neither a file nor a folder/],
  ["a hard link", tarOf({ name: "web/a", type: "1", link: "web/b" }), /neither a file nor a folder/],
  ["a device", tarOf({ name: "web/a", type: "3" }), /neither a file nor a folder/],
  ["a long name that leads out", tarOf({ name: "x", type: "L", content: "../out\0" }, { name: "web/a" }), /a file named "\.\.\/out"/],
  ["two folders", tarOf({ name: "web/a" }, { name: "other/a" }), /more than one folder/],
  ["a file beside the folder", tarOf({ name: "Chart.yaml" }), /more than one folder/],
  ["a file twice", tarOf({ name: "web/a" }, { name: "web/a" }), /"a" twice/],
  ["names that some file systems don't tell apart", tarOf({ name: "web/a" }, { name: "web/A" }), /twice/],
  ["a large file", tarOf({ name: "web/a", content: Buffer.alloc(5 * 1024 * 1024 + 1) }), /larger than 5242880 bytes/],
  ["what unpacks to very much", gzipSync(Buffer.alloc(101 * 1024 * 1024)), /is no gzip file, or larger/],
  ["no gzip", Buffer.from("not packed"), /is no gzip file/],
  [
    "half an archive",
    gzipSync(Buffer.concat([Buffer.from("web/a".padEnd(124, "\0")), Buffer.from("00000001000\0"), Buffer.alloc(376)])),
    /ends too early|header/,
  ],
  ["a header of nothing", gzipSync(Buffer.alloc(512, 1)), /a header that can't be read/],
  [
    "a record that is longer than it says",
    tarOf({ name: "x", type: "x", content: "9999 path=a\n" }, { name: "web/a" }),
    /a header that can't be read/,
  ],
])("%s is refused", (_what, archive, message) => {
  expect(() => filesOfArchive(archive)).toThrow(message);
});
