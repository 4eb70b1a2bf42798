import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** A chain of certificates is far shorter. */
const longest = 100_000;

/** Why no server can use a certificate with a key, both in PEM; undefined where it can, or where they are too long to be looked at. */
export function keyPairProblem(
  certificate: string,
  key: string,
): { readonly of: "tls.crt" | "tls.key"; readonly message: string } | undefined {
  if (certificate.length + key.length > longest) return undefined;
  const leaf = read(() => new X509Certificate(certificate));
  if (!leaf) return { of: "tls.crt", message: "begins with no certificate that can be read" };
  const secret = read<KeyObject>(() => createPrivateKey(key));
  if (!secret) return { of: "tls.key", message: "holds no private key that can be read without a password" };
  return leaf.checkPrivateKey(secret)
    ? undefined
    : { of: "tls.key", message: "is the key of another certificate than the first in tls.crt" };
}

/** What a reader gives; undefined where it refuses the text. */
function read<Value>(reader: () => Value): Value | undefined {
  try {
    return reader();
  } catch {
    return undefined;
  }
}
