import { InputError } from "../problem/index.ts";

type Members = Readonly<Record<string, unknown>>;

/** What `npm init` writes where nobody asked for a script. */
const placeholder = /no test specified/;
const mapsOfVersions = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** A package.json and what it lacked. */
export interface MergedPackage {
  readonly text: string;
  /** What it has of its own where the new repository has something else, as `scripts.test`. */
  readonly kept: readonly string[];
}

/**
 * Completes a package.json with what a new repository needs: what somebody wrote stays, in its order.
 * @param text the package.json that is there
 * @param needed the one of a new repository
 * @param isModule whether nothing in the folder depends on the kind of its modules, which then is set
 * @throws InputError for one that isn't an object of JSON, or whose modules are CommonJS and have to stay so
 */
export function mergePackage(text: string, needed: Members, isModule: boolean): MergedPackage {
  const own = parsed(text);
  if (own.type !== "module" && !isModule)
    throw new InputError([
      {
        file: "package.json",
        message: 'the files here are CommonJS, and overlays are ES modules: "type" isn\'t "module"',
        fix: 'Set "type": "module", or name a new folder.',
      },
    ]);
  const scripts = membersAt(own, "scripts");
  const ownScripts = Object.fromEntries(Object.entries(scripts).filter(([, script]) => !placeholder.test(String(script))));
  const neededScripts = membersAt(needed, "scripts");
  const merged = {
    ...(Object.hasOwn(own, "name") ? {} : { name: needed.name }),
    ...own,
    ...missing(needed, own),
    type: "module",
    scripts: { ...scripts, ...missing(neededScripts, ownScripts) },
    ...versions(own, needed),
  };
  const kept = Object.keys(neededScripts).filter((name) => Object.hasOwn(ownScripts, name) && ownScripts[name] !== neededScripts[name]);
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  const isComplete = JSON.stringify(merged) === JSON.stringify(own);
  return { text: isComplete ? text : `${JSON.stringify(merged, null, indent)}\n`, kept: kept.map((name) => `scripts.${name}`) };
}

function parsed(text: string): Members {
  const problem = (message: string) => new InputError([{ file: "package.json", message, fix: "Fix it first; nothing was changed." }]);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw problem(`it isn't JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isMembers(value)) throw problem("expected an object");
  const wrong = ["scripts", ...mapsOfVersions].find((key) => Object.hasOwn(value, key) && !isMembers(value[key]));
  if (wrong) throw problem(`${wrong}: expected an object`);
  return value;
}

const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);

function membersAt(value: Members, key: string): Members {
  const members = Object.hasOwn(value, key) ? value[key] : undefined;
  return isMembers(members) ? members : {};
}

const missing = (needed: Members, own: Members) => Object.fromEntries(Object.entries(needed).filter(([key]) => !Object.hasOwn(own, key)));

/** Packages in whichever list they are; a list that gains some is sorted, as npm sorts it. */
function versions(own: Members, needed: Members): Members {
  const there = Object.assign({}, ...mapsOfVersions.map((key) => membersAt(own, key))) as Members;
  return Object.fromEntries(
    ["dependencies", "devDependencies"].flatMap((key) => {
      const added = missing(membersAt(needed, key), there);
      if (Object.keys(added).length === 0) return Object.hasOwn(own, key) ? [[key, own[key]]] : [];
      const all = Object.entries({ ...membersAt(own, key), ...added });
      return [[key, Object.fromEntries(all.sort(([name], [other]) => (name < other ? -1 : 1)))]];
    }),
  );
}
