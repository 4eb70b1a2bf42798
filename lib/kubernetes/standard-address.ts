import { isIP } from "node:net";

/** Longer texts are no address in any form. */
const longest = 100;

/**
 * An address in its standard form (RFC 5952, no zeros before IPv4's numbers, and IPv4 where IPv6 only wraps it), as older fields of the API
 * take it in others too; undefined for what is no address. https://kep.k8s.io/4858
 */
export function standardAddress(text: string): string | undefined {
  if (text.length > longest) return undefined;
  const plain = /^[\d.]+$/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, "$1") : text;
  if (isIP(plain) === 4) return plain;
  if (isIP(plain) !== 6 || !URL.canParse(`http://[${plain}]/`)) return undefined;
  const bytes = bytesOf(plain);
  return isWrapped(bytes) ? bytes.slice(12).join(".") : written(bytes);
}

/** A network in its standard form: its first address, and the length of its prefix; undefined for what is no network. */
export function standardNetwork(text: string): string | undefined {
  const [address = "", length = "", ...rest] = text.length > longest ? [] : text.split("/");
  const standard = standardAddress(address);
  if (standard === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const isWrappedAddress = address.includes(":") && !standard.includes(":");
  const bits = Number(length) - (isWrappedAddress ? 96 : 0);
  const bytes = bytesOf(standard);
  if (bits < 0 || bits > bytes.length * 8) return undefined;
  const first = bytes.map((byte, index) => byte & (0xff << (8 - Math.min(8, Math.max(0, bits - index * 8)))));
  return `${written(first)}/${bits}`;
}

/** Whether 16 bytes are an IPv4 address as IPv6 has it, as ::ffff:10.0.0.1. */
const isWrapped = (bytes: readonly number[]) => bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** The bytes of an address that is one. */
function bytesOf(address: string): readonly number[] {
  if (isIP(address) === 4) return address.split(".").map(Number);
  // The URL standard writes an address as RFC 5952 does, but for IPv4 in its end, which it turns to hexadecimal.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}

function written(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = bytes.flatMap((byte, index) => (index % 2 === 0 ? [((byte << 8) | (bytes[index + 1] ?? 0)).toString(16)] : []));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
