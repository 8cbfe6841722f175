import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aSession } from "@/test/data";
import { type FakeApi, renderDesk } from "@/test/render-desk";
import { LedgerPage } from "./ledger-page";

const entry = {
  id: "e1",
  account_id: "a1",
  channel: "line",
  verdict: "parked",
  reason: "unknown_type",
  kind: "module",
  received_at: "2026-11-20T08:00:00Z",
  size_bytes: 120,
  replayed_at: null,
};
const show = (api: FakeApi = {}) =>
  renderDesk(<LedgerPage />, aSession("admin", ["manage_channels"]), {
    api: {
      "GET /ledger-entries": () => ({ entries: [entry], next_page_token: null }),
      "GET /ledger-entries/e1": () => ({ ...entry, raw: btoa('{"type":"module"}') }),
      ...api,
    },
  });

it("is not for roles without the permission", () => {
  renderDesk(<LedgerPage />, aSession());
  expect(screen.getByText("你沒有這一頁的權限")).toBeInTheDocument();
});

it("asks for one account and one verdict", async () => {
  const asked: string[] = [];
  show({
    "GET /ledger-entries": ({ url }) => {
      asked.push(url.search);
      return { entries: [], next_page_token: null };
    },
  });
  await screen.findByText("沒有符合的紀錄");
  await userEvent.click(screen.getByRole("button", { name: /所有去向/ }));
  await userEvent.click(screen.getByRole("option", { name: "待辨識" }));
  await waitFor(() => expect(asked.at(-1)).toContain("verdict=parked"));
});

it("shows what came, readable and byte by byte, and has it understood again", async () => {
  const replay = vi.fn(() => ({ published: 1 }));
  show({ "POST /ledger-entries/e1:replay": replay });
  await userEvent.click(await screen.findByRole("button", { name: /module/ }));
  expect(await screen.findByText(/"type": "module"/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("radio", { name: "位元組" }));
  expect(screen.getByText(/00000000 7b 22/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "重新處理" }));
  expect(await screen.findByText("已重新處理，得到 1 個事件。")).toBeInTheDocument();
  expect(replay).toHaveBeenCalledTimes(1);
});
