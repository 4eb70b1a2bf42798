import { decodeText, UnreadableError } from "../../lib/outside/index.ts";

test("a text in another encoding is refused, and the next one read as it is", () => {
  expect(() => decodeText(Buffer.from([0x61, 0xe2, 0x82]))).toThrow(UnreadableError);
  expect(decodeText(Buffer.from("\ufeffé€"))).toBe("é€");
});
