import { expect, it } from "vitest";
import { countText, pageTitle } from "./count-text";

it("rule 117, the tab: its title begins with the unread total", () => {
  expect(pageTitle(3, "Frontdesk")).toBe("(3) Frontdesk");
  expect(pageTitle(0, "Frontdesk")).toBe("Frontdesk");
});

it("counts exactly up to 999", () => {
  expect(countText(999)).toBe("999");
  expect(countText(1000)).toBe("999+");
});
