import { expect, it } from "vitest";
import { initials } from "./initials";

it.each([
  ["王小明", "小明"],
  ["Ada Lovelace", "AL"],
  ["mia", "M"],
  ["Sophie 🌸", "S🌸"],
  ["Amy 王", "A"],
  ["👨‍👩‍👧", "👨‍👩‍👧"],
  ["", ""],
])("shortens %j to %j", (name, short) => expect(initials(name)).toBe(short));

it("uses one letter where there is no room for two", () => {
  expect(initials("王小明", 1)).toBe("明");
  expect(initials("Ada Lovelace", 1)).toBe("A");
});
