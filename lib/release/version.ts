import type { ImageReference } from "../kubernetes/index.ts";

/** What distinguishes one version of an image from another. */
export type Version = Pick<ImageReference, "tag" | "digest">;

/** A version as releases.yaml writes it: TAG, TAG@DIGEST or @DIGEST; empty for an image that is named without either. */
export const versionText = ({ tag = "", digest }: Version) => `${tag}${digest ? `@${digest}` : ""}`;

export function parseVersion(text: string): Version {
  const at = text.indexOf("@");
  const [tag, digest] = at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  return { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/**
 * Versions of an image that are one to a cluster: other tags of the same digest, and a tag before it was resolved. A digest is only held
 * against digests where there are any: a tag may have stood for something else before.
 */
export class SameVersions {
  readonly #tags = new Set<string>();
  readonly #digests = new Set<string>();

  constructor(versions: readonly Version[]) {
    for (const version of versions) this.#add(version);
  }

  /** Whether a version is one of these; its other names count from then on. */
  has(version: Version): boolean {
    const { tag, digest } = version;
    const isOne = digest && this.#digests.size > 0 ? this.#digests.has(digest) : tag !== undefined && this.#tags.has(tag);
    if (isOne) this.#add(version);
    return isOne;
  }

  #add({ tag, digest }: Version): void {
    if (tag) this.#tags.add(tag);
    if (digest) this.#digests.add(digest);
  }
}
