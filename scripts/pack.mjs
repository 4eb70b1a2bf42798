/**
 * Around `npm pack`: before it, compiles lib/ to build/ and points package.json at what was compiled; after it, puts package.json back.
 * In the repository the sources run as they are, so package.json names them.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";

const [step] = process.argv.slice(2);
const [manifest, original] = ["package.json", "build/package.json.original"];
/** Packages of which each command loads many small files. All others are loaded as they are installed: overlays and tests share them. */
const bundled = ["@commander-js/extra-typings", "commander", "diff", "js-yaml", "re2js", "yaml", "zod"];

/** A module that reads files beside it finds them by its own place, not by that of the file it is bundled into. */
const ownPlaces = {
  name: "own-places",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(join(resolve("build"), "/"))) return undefined;
      const place = `new URL(${JSON.stringify(relative(resolve("build/bundle"), path))}, import.meta.url).href`;
      return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", place) };
    });
  },
};

if (step === "before") {
  rmSync("build", { recursive: true, force: true });
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
  copyFileSync(manifest, original);
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = JSON.parse(readFileSync(manifest, "utf8"));
  await bundle(published);
  for (const data of ["init/template", "kubernetes/schema/data", "review/cloudformation/data", "board/client"])
    cpSync(`lib/${data}`, `build/${data}`, { recursive: true });
  const built = ([path, source]) => [
    path,
    { types: source.replace("./lib/", "./build/").replace(/\.ts$/, ".d.ts"), default: `./build/bundle/${nameOf(path)}.js` },
  ];
  published.exports = Object.fromEntries(Object.entries(published.exports).map(built));
  // What npm installs from git, as pre-commit does, is packed without this step, and runs its sources.
  published.files = published.files.filter((path) => path !== "lib");
  // npm runs postpack by the scripts it read before this step.
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
} else if (step === "after" && existsSync(original)) {
  renameSync(original, manifest);
}

/** Name of the file that an export of the package is bundled into. */
function nameOf(path) {
  return path === "." ? "index" : path.slice("./".length);
}

/**
 * Puts what was compiled into few files, which load in a third of the time that hundreds take; the command line and all exports share them.
 * In place of the compiled files stay their types, and the licenses of the packages that are bundled.
 */
async function bundle({ exports, dependencies, peerDependencies = {} }) {
  const compiled = (source) => source.replace("./lib/", "build/").replace(/\.ts$/, ".js");
  const entries = Object.entries(exports).map(([path, source]) => ({ in: compiled(source), out: nameOf(path) }));
  const { metafile } = await build({
    metafile: true,
    entryPoints: [{ in: "build/cli/main.js", out: "main" }, ...entries],
    outdir: "build/bundle",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !bundled.includes(name)),
    // What a bundled package requires of Node's own.
    banner: { js: 'import { createRequire as slipwayRequire } from "node:module"; const require = slipwayRequire(import.meta.url);' },
    plugins: [ownPlaces],
    logLevel: "warning",
  });
  for (const path of readdirSync("build", { recursive: true }))
    if (path.endsWith(".js") && !path.startsWith("bundle/")) rmSync(join("build", path));
  const inside = new Set(Object.keys(metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  const unexpected = [...inside].filter((name) => !bundled.includes(name));
  if (unexpected.length > 0)
    throw new Error(`pack: the bundle takes in ${unexpected.join(", ")}; name them in \`bundled\`, or import them lazily`);
  mkdirSync("build/licenses");
  for (const name of bundled) copyFileSync(`node_modules/${name}/LICENSE`, `build/licenses/${name.replace("/", "+")}.txt`);
}
