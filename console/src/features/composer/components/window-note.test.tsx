import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { aConversation, aSession } from "@/test/data";
import { renderDesk } from "@/test/render-desk";
import { WindowNote } from "./window-note";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-20T08:00:00Z"), toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

it.each([
  ["2026-11-21T08:00:00Z", "還可回覆 24 小時"],
  ["2026-11-21T07:05:00Z", "還可回覆 23 小時 5 分"],
  ["2026-11-20T08:30:00Z", "還可回覆 30 分鐘"],
])("says how long an answer is allowed until %s", (closes_at, text) => {
  const window = { state: "open", closes_at } as const;
  renderDesk(<WindowNote conversation={aConversation({ reply_window: window })} />, aSession());
  expect(screen.getByText(text)).toBeVisible();
});
