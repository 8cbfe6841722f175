import { expect, it } from "vitest";
import { anAccount } from "@/test/data";
import { scriptLine } from "./site-code";

it("leads to the desk that shows it, below a path as well", () => {
  const account = anAccount({ id: "acc_1", channel: "web", webhook_url: "https://desk.test/cs/webhooks/web/acc_1" });
  expect(scriptLine(account)).toBe(
    '<script src="https://desk.test/cs/widget/v1/widget.js" data-account="acc_1" async></script>',
  );
});
