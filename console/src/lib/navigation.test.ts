import { expect, it } from "vitest";
import { placesFor } from "./navigation";

const names = (permissions: Parameters<typeof placesFor>[0]) => placesFor(permissions).map(({ name }) => name);

it("rule 105: places whose permission is missing are not shown", () => {
  expect(names(["send_messages"])).toEqual(["inbox", "team"]);
  expect(names(["send_messages", "manage_channels"])).toEqual(["inbox", "team", "channels", "ledger"]);
  expect(names(["manage_channels", "manage_settings"])).toEqual(["inbox", "team", "channels", "ledger", "audit"]);
});
