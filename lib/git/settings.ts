import { isAbsolute, join } from "node:path";
import { InputError } from "../problem/index.ts";
import { type Git, withoutCredentials } from "./git.ts";

/** A setting of git's: its key with section and subsection as git writes them, and its value. */
export type Setting = readonly [key: string, value: string];

/** Settings that say how a server is reached and who asks there; they don't decide what a push holds. */
const connection = /^(credential|http|ssh|protocol)\.|^core\.(askpass|sshcommand|gitproxy)$/i;
const signing = /^(user\.signingkey|gpg\..+)$/i;

/** What a release takes of the operator's configuration: how the server is reached, who commits, and whether commits are signed. */
export interface OperatorSettings {
  readonly connection: readonly Setting[];
  /** Undefined where commits aren't signed. */
  readonly signing: readonly Setting[] | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** Whether objects are missing from the clone until git fetches them one by one. */
  readonly isPartial: boolean;
  /** Folders of other users that git may work in. */
  readonly safeFolders: readonly string[];
}

/** Reads the configuration that holds in a clone. @throws GitError where git can't */
export async function settingsOf(clone: Git): Promise<OperatorSettings> {
  const all = (await clone.run("config", "--list", "-z", "--includes"))
    .split("\0")
    .filter(Boolean)
    .map((entry): Setting => {
      const end = entry.indexOf("\n");
      return end === -1 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
    });
  const last = (key: string) => all.findLast(([name]) => name === key)?.[1] || undefined;
  const isOn = (value: string | undefined) => value !== undefined && /^(true|yes|on|[1-9]\d*)$/i.test(value);
  return {
    connection: all.filter(([key]) => connection.test(key)),
    signing: isOn(last("commit.gpgsign")) ? all.filter(([key]) => signing.test(key)) : undefined,
    name: last("user.name"),
    email: last("user.email"),
    isPartial: all.some(([key, value]) => key === "extensions.partialclone" || (/^remote\..+\.promisor$/.test(key) && isOn(value))),
    safeFolders: all.filter(([key]) => key === "safe.directory").map(([, value]) => value),
  };
}

/**
 * The address that pushes to a remote go to, whole: a relative one counts from the clone's folder.
 * @throws InputError for a remote that isn't there, or has several addresses: no push to those can be all or nothing
 */
export async function addressOf(clone: Git, remote: string): Promise<string> {
  const addresses = (await clone.ask("remote", "get-url", "--push", "--all", "--", remote))?.split("\n") ?? [];
  if (addresses.length === 0 && !/[/:\\]/.test(remote)) throw await noRemote(clone, remote);
  if (addresses.length > 1)
    throw new InputError([
      {
        message: `the remote ${withoutCredentials(remote)} has ${addresses.length} push addresses, and a release is pushed to one`,
        fix: "Name one address with --remote.",
      },
    ]);
  const address = addresses[0] ?? (await clone.ask("ls-remote", "--get-url", "--", remote)) ?? remote;
  return isRelative(address) ? join(clone.folder, address) : address;
}

async function noRemote(clone: Git, remote: string): Promise<InputError> {
  const names = (await clone.run("remote")).split("\n").filter(Boolean);
  const fix = names.length > 0 ? `Its remotes are ${names.join(", ")}: name one with --remote.` : "Add one: git remote add origin ADDRESS.";
  return new InputError([{ message: `this clone has no remote "${remote}"`, fix }]);
}

/** As git distinguishes a path from an address: https://git-scm.com/docs/git-fetch#_git_urls */
function isRelative(address: string): boolean {
  const colon = address.indexOf(":");
  const slash = address.indexOf("/");
  return (colon === -1 || (slash !== -1 && slash < colon)) && !isAbsolute(address);
}
