const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const decimal = /^[-+]?(?:0|[1-9]\d*)$/;
/** Integers in another base: their sign, their base's letter, and their digits. */
const based = /^([-+]?)0(?:([xX])([\da-fA-F]+)|([bB])([-+]?[01]+)|[oO]?([0-7]+))$/;
/** Kubernetes' reader takes integers of 64 bits. */
const tooLarge = 2n ** 64n;

/**
 * What Kubernetes' reader takes a scalar without quotes for that begins as a number does: Go's integers in any base, underscores left out
 * wherever they stand, then decimals; anything else is a text, as `e40`, `.4_` or `1e999`.
 * https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
export function numberOrText(text: string): number | string {
  if (text.startsWith("_")) return text;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const integer = integerOf(plain);
  if (integer !== undefined) return integer;
  const found = float.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(found) ? found : text;
}

function integerOf(plain: string): number | undefined {
  // Minus zero is zero to Go.
  if (decimal.test(plain)) return Number(plain) + 0;
  const [, sign, hex, hexDigits, binary, binaryDigits, octalDigits] = based.exec(plain) ?? [];
  const digits = hexDigits ?? binaryDigits ?? octalDigits;
  if (digits === undefined) return undefined;
  const isNegative = sign === "-" || digits.startsWith("-");
  const value = BigInt(`${hex ? "0x" : binary ? "0b" : "0o"}${digits.replace(/^[-+]/, "")}`);
  if (value >= tooLarge) return undefined;
  return (isNegative ? -Number(value) : Number(value)) + 0;
}
