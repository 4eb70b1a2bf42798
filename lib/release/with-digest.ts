import type { ImageReference } from "../kubernetes/index.ts";

/** Turns a tag into the digest it stands for at its registry; undefined where that isn't asked for. */
export type Resolve = (image: ImageReference) => Promise<string | undefined>;

/** An image with its digest, where one is found. */
export async function withDigest(image: ImageReference, resolve: Resolve): Promise<ImageReference> {
  if (image.digest) return image;
  const digest = await resolve(image);
  return digest ? { ...image, digest } : image;
}
