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

/** Texts that may hold an integer of more digits than JavaScript keeps. */
const longDigits = /\d[\d_]{15}|0[xX][\da-fA-F_]{14}|0[bB][01_]{54}|0[oO]?[0-7_]{18}/;

/** Whether a text may hold an integer that `isRounded`. */
export const mayBeRounded = (text: string): boolean => longDigits.test(text);

/** Largest integer that the API server keeps as one; a larger number is a decimal to it, as it is to JavaScript. */
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Whether a scalar is an integer that the API server keeps and JavaScript doesn't, as 9007199254740993. */
export function isRounded(text: string): boolean {
  const value = numberOrText(text);
  if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) return false;
  const digits = text.replaceAll("_", "").replace(/^[-+]/, "");
  if (!/^(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+)$/.test(digits)) return false;
  const exact = BigInt(/^0[0-7]/.test(digits) ? `0o${digits}` : digits.toLowerCase()) * (text.startsWith("-") ? -1n : 1n);
  return exact >= least && exact <= most && String(value) !== String(exact);
}
