import { isIP } from "node:net";
import fc from "fast-check";
import { standardAddress, standardNetwork } from "../../lib/kubernetes/index.ts";

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["010.0.0.001", "10.0.0.1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::10.0.0.1", "::a00:1"],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:db8:0:0:1::1", "2001:db8::1:0:0:1"],
  ["0:0:0:0:0:0:0:0", "::"],
  ["256.0.0.1", undefined],
  ["10.0.0", undefined],
  ["fe80::1%eth0", undefined],
  ["web.example", undefined],
  ["", undefined],
  [":".repeat(10_000), undefined],
])("%s is written %s", (given, standard) => expect(standardAddress(given)).toBe(standard));

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.1.2.3/0", "0.0.0.0/0"],
  ["10.1.2.3/31", "10.1.2.2/31"],
  ["10.0.0.0/08", "10.0.0.0/8"],
  ["2001:db8::1/32", "2001:db8::/32"],
  ["2001:db8::1/128", "2001:db8::1/128"],
  ["::ffff:10.1.0.0/104", "10.0.0.0/8"],
  ["::ffff:10.1.0.0/8", undefined],
  ["10.0.0.0/33", undefined],
  ["10.0.0.0/-1", undefined],
  ["10.0.0.0", undefined],
  ["10.0.0.0/8/8", undefined],
])("the network %s is written %s", (given, standard) => expect(standardNetwork(given)).toBe(standard));

test("every address has one standard form, which is its own", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const standard = standardAddress(address) ?? "";
      expect(isIP(standard)).not.toBe(0);
      expect(standardAddress(standard)).toBe(standard);
      expect(standardNetwork(`${standard}/${standard.includes(":") ? 128 : 32}`)).toBe(`${standard}/${standard.includes(":") ? 128 : 32}`);
    }),
  );
});
