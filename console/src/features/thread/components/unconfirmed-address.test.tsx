import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { aConversation, aMessage, aSession } from "@/test/data";
import { renderDesk } from "@/test/render-desk";
import { Bubble } from "./bubble";
import { ThreadHeader } from "./thread-header";

const CLAIM = "地址未確認";
const other = { name: "Ann", kind: "person", channel: "web" } as const;

describe("an address that somebody typed into a form", () => {
  it.each([
    [false, 1],
    [true, 0],
    [null, 0],
  ])("is marked in the thread's head while it is unproven (%s)", (confirmed, marks) => {
    const conversation = aConversation({ channel: "web", address_confirmed: confirmed });
    renderDesk(<ThreadHeader conversation={conversation} onHistory={() => {}} />, aSession());
    expect(screen.queryAllByText(CLAIM)).toHaveLength(marks);
  });

  it("leaves the name its room on a phone, where a sign marks it", () => {
    vi.spyOn(window, "matchMedia").mockImplementation((query) =>
      Object.assign(new EventTarget() as MediaQueryList, { matches: query === "(max-width: 767px)" }),
    );
    const conversation = aConversation({ channel: "web", address_confirmed: false });
    renderDesk(<ThreadHeader conversation={conversation} onHistory={() => {}} />, aSession());
    expect(screen.getByText(CLAIM)).toHaveClass("visually-hidden");
  });

  it.each([
    [false, 1],
    [true, 0],
    [null, 0],
  ])("is marked at the message whose writer is unproven (%s)", (confirmed, marks) => {
    const message = aMessage({ address_confirmed: confirmed });
    renderDesk(<Bubble message={message} other={other} first={false} last={false} />, aSession());
    expect(screen.queryAllByText(CLAIM)).toHaveLength(marks);
  });
});
