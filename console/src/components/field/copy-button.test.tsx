import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { CopyButton } from "./copy-button";

it("does not say of a value made anew that it is on the clipboard", async () => {
  const user = userEvent.setup();
  const { rerender } = render(<CopyButton value="one" label="密鑰" />);
  await user.click(screen.getByRole("button"));
  expect(await screen.findByText("已複製")).toBeInTheDocument();
  expect(await navigator.clipboard.readText()).toBe("one");
  rerender(<CopyButton value="two" label="密鑰" />);
  expect(screen.queryByText("已複製")).not.toBeInTheDocument();
});
