import { expect, it } from "vitest";
import { anAccount } from "@/test/data";
import { accountMarks } from "./account-marks";

it.each([
  ["words", ["Demo Shop", "Demo Outlet"], ["Sho", "Out"]],
  ["words that begin alike", ["Demo Shop", "Demo Store"], ["Sho", "Sto"]],
  ["signs", ["示範商店", "示範暢貨中心"], ["商店", "暢貨中"]],
  ["one name within the other", ["示範", "示範商店"], ["示範", "商店"]],
  ["words that go on alike", ["Shop Taipei", "Shop Tainan"], ["pei", "nan"]],
  ["two of three that are near", ["Shop Taipei", "Shop Tainan", "Outlet"], ["pei", "nan", "Out"]],
  ["pictures", ["🍎 Shop", "🍏 Shop"], ["🍎 S", "🍏 S"]],
  ["numbers", ["Shop 1", "Shop 12"], ["1", "12"]],
])("tells names apart: %s", (_, names, marks) => {
  const accounts = names.map((name) => anAccount({ id: name, channel: "line", name }));
  expect([...accountMarks(accounts).values()]).toEqual(marks);
});

it("marks nothing that is alone in its channel", () => {
  const accounts = [anAccount({ id: "a", channel: "line" }), anAccount({ id: "b", channel: "web" })];
  expect(accountMarks(accounts).size).toBe(0);
});
