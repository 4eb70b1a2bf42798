import { createHash, type Hash } from "node:crypto";

/** The name that git gives a content. @param digits of the repository's names: 64 where it uses SHA-256, else 40 */
export function blobHash(content: string | Buffer, digits: number): string {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  return startBlobHash(bytes.length, digits).update(bytes).digest("hex");
}

/** The same of a content that is hashed as it is read. @param size of the content in bytes */
export const startBlobHash = (size: number, digits: number): Hash => createHash(digits === 64 ? "sha256" : "sha1").update(`blob ${size}\0`);
