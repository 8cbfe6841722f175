import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aSession } from "@/test/data";
import { type FakeApi, problem, renderDesk } from "@/test/render-desk";
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
const show = (api: FakeApi = {}, at = "/") =>
  renderDesk(<LedgerPage />, aSession("admin", ["manage_channels"]), {
    at,
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

it("has everything understood again that one chose, page by page, and says what failed", async () => {
  const failed = { entry_id: "e9", code: "still_not_understood", message: "Still not understood." };
  const bodies: Record<string, unknown>[] = [];
  const pages = [
    { entries: 50, published: 50, failed: [], reached: "2026-11-20T08:00:00Z", next_page_token: "2" },
    { entries: 1, published: 0, failed: [failed], reached: "2026-11-20T09:00:00Z", next_page_token: null },
  ];
  show(
    {
      "POST /ledger-entries:replay": ({ body }) => {
        bodies.push(body as Record<string, unknown>);
        return pages[bodies.length - 1];
      },
    },
    "/?verdict=parked",
  );
  await userEvent.click(await screen.findByRole("button", { name: "全部重新處理" }));
  await userEvent.click(await screen.findByRole("button", { name: "重新處理" }));
  expect(await screen.findByText(/已重新處理 51 筆/)).toBeInTheDocument();
  expect(screen.getByText("仍然無法辨識這個事件。")).toBeInTheDocument();
  expect(bodies.map(({ verdict, page_token }) => [verdict, page_token])).toEqual([
    ["parked", ""],
    ["parked", "2"],
  ]);
  expect(bodies[0]?.received_before).toBe(bodies[1]?.received_before);
  expect(screen.queryByRole("button", { name: "繼續" })).not.toBeInTheDocument();
});

it("goes on where a replay of everything failed", async () => {
  const tokens: unknown[] = [];
  show(
    {
      "POST /ledger-entries:replay": ({ body }) => {
        tokens.push((body as { page_token: string }).page_token);
        if (tokens.length === 2) return problem(503);
        return {
          entries: 2,
          published: 2,
          failed: [],
          reached: null,
          next_page_token: tokens.length === 1 ? "2" : null,
        };
      },
    },
    "/?account=a1",
  );
  await userEvent.click(await screen.findByRole("button", { name: "全部重新處理" }));
  await userEvent.click(await screen.findByRole("button", { name: "重新處理" }));
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(screen.getByText(/已重新處理 2 筆/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "繼續" }));
  expect(await screen.findByText(/已重新處理 4 筆/)).toBeInTheDocument();
  expect(tokens).toEqual(["", "2", "2"]);
});

it("does not offer to replay everything at once", async () => {
  show();
  await screen.findByRole("button", { name: /module/ });
  expect(screen.queryByRole("button", { name: "全部重新處理" })).not.toBeInTheDocument();
});
