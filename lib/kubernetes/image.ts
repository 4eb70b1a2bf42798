/** An image by its name and version: `name[:tag][@digest]`. */
export interface ImageReference {
  /** Registry and repository, as they are written. */
  readonly name: string;
  readonly tag?: string;
  /** As `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

/** A reference in all its parts: `[registry/]repository[:tag][@digest]`. */
export interface ParsedImage extends ImageReference {
  /** Host of the registry; missing where the reference names none, as in `grafana/grafana`. */
  readonly registry?: string;
  /** Path of the repository in its registry. */
  readonly repository: string;
}

/** https://github.com/distribution/reference/blob/main/reference.go */
const registryPattern = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]+)?$/i;
const repositoryPattern = /^[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Splits a reference. A colon before the last slash belongs to the registry's port. The first part names a registry when it has a `.` or a
 * `:`, or is `localhost`: https://docs.docker.com/reference/cli/docker/image/tag/#description
 * @example parseImage("quay.io/team/web:1.0") // { name: "quay.io/team/web", registry: "quay.io", repository: "team/web", tag: "1.0" }
 */
export function parseImage(reference: string): ParsedImage {
  const at = reference.indexOf("@");
  const tagged = at < 0 ? reference : reference.slice(0, at);
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const hasRegistry = /[.:]/.test(first) || first === "localhost";
  return {
    name,
    ...(hasRegistry ? { registry: first, repository: name.slice(slash + 1) } : { repository: name }),
    ...(colon < 0 ? {} : { tag: tagged.slice(colon + 1) }),
    ...(at < 0 ? {} : { digest: reference.slice(at + 1) }),
  };
}

export function formatImage({ name, tag, digest }: ImageReference): string {
  return `${name}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** An image's repository: its name without the registry, as environments may have registries of their own. */
export const repositoryOf = (reference: string): string => parseImage(reference).repository;

/** A reference without its registry: what stays the same when an image is promoted to an environment with another registry. */
export function withoutRegistry(reference: string): string {
  const image = parseImage(reference);
  return formatImage({ ...image, name: image.repository });
}

export const isDigest = (text: string): boolean => digestPattern.test(text);

/** What is wrong with a reference, in words; undefined when nothing is. */
export function imageProblem({ name, tag, digest }: ImageReference): string | undefined {
  const { registry, repository, name: bare } = parseImage(name);
  // A tag or digest has a place of its own.
  if (bare !== name || (registry !== undefined && !registryPattern.test(registry)) || !repositoryPattern.test(repository))
    return `"${name}" is not a valid image name: expected lower-case letters, digits, '.', '_', '-' and '/'`;
  if (tag !== undefined && !tagPattern.test(tag))
    return `"${tag}" is not a valid tag: expected at most 128 letters, digits, '_', '.' and '-'`;
  if (digest !== undefined && !isDigest(digest)) return `"${digest}" is not a valid digest: expected sha256: and 64 hexadecimal digits`;
  return undefined;
}

/** Puts a registry before a repository of ours: a reference that names no registry itself. The registry `none` goes before nothing. */
export function qualified(registry: string, reference: string): string {
  return registry === "none" || parseImage(reference).registry !== undefined ? reference : `${registry}/${reference}`;
}
