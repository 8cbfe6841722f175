import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Dialog } from "@/components/dialog/dialog";
import { CopyField } from "./copy-field";

it("copies from a dialog where the page has no clipboard, and leaves the focus where it was", async () => {
  const copied = vi.fn(() => (document.activeElement as HTMLTextAreaElement).value);
  Object.assign(document, { execCommand: copied });
  const user = userEvent.setup();
  vi.spyOn(navigator, "clipboard", "get").mockReturnValue(undefined as never);
  render(
    <Dialog title="連接" isOpen onClose={() => {}}>
      <CopyField label="密鑰" value="whsec_1" />
    </Dialog>,
  );
  const button = screen.getByRole("button", { name: /密鑰/ });
  await user.click(button);
  expect(copied).toHaveReturnedWith("whsec_1");
  expect(button).toHaveFocus();
});
