import { expect, it } from "vitest";
import { measure } from "./limits";

it("counts LINE texts in UTF-16 units, so that an emoji counts as two", () => {
  expect(measure("😊".repeat(2500), "line")).toEqual({
    used: 5000,
    most: 5000,
    near: true,
    over: false,
    unit: "utf16",
  });
  expect(measure(`${"😊".repeat(2500)}!`, "line").over).toBe(true);
});

it("counts Instagram texts in bytes", () => {
  expect(measure("字".repeat(334), "instagram")).toMatchObject({ used: 1002, over: true });
});

it("is quiet far from the limit", () => expect(measure("短短的", "line").near).toBe(false));
