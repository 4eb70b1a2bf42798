/** An image reference in its parts: `name[:tag][@digest]`. */
export interface ImageReference {
  /** Registry and repository. */
  readonly name: string;
  readonly tag?: string;
  /** As `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const namePattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Splits a reference; a colon before the last slash belongs to the registry's port. */
export function parseImage(reference: string): ImageReference {
  const at = reference.indexOf("@");
  const tagged = at < 0 ? reference : reference.slice(0, at);
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  return {
    name: colon < 0 ? tagged : tagged.slice(0, colon),
    ...(colon < 0 ? {} : { tag: tagged.slice(colon + 1) }),
    ...(at < 0 ? {} : { digest: reference.slice(at + 1) }),
  };
}

export function formatImage({ name, tag, digest }: ImageReference): string {
  return `${name}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** What is wrong with a reference, in words; undefined when nothing is. */
export function imageProblem({ name, tag, digest }: ImageReference): string | undefined {
  if (!namePattern.test(name)) return `"${name}" is no image name: lower-case letters, digits, '.', '_', '-' and '/'`;
  if (tag !== undefined && !tagPattern.test(tag)) return `"${tag}" is no tag: at most 128 letters, digits, '_', '.' and '-'`;
  if (digest !== undefined && !digestPattern.test(digest)) return `"${digest}" is no digest: sha256: and 64 hexadecimal digits`;
  return undefined;
}

/** Puts a registry before a repository of ours: one whose first part has no `.` or `:` and isn't `localhost`, which would name a registry. */
export function qualified(registry: string, reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const namesRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return namesRegistry ? reference : `${registry}/${reference}`;
}
