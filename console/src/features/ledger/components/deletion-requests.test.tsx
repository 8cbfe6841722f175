import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aSession } from "@/test/data";
import { problem, renderDesk } from "@/test/render-desk";
import { LedgerPage } from "./ledger-page";

const request = {
  confirmation_code: "c0de",
  account_id: "a1",
  user_id: "4444",
  received_at: "2026-11-20T08:00:00Z",
  done_at: null,
  done_by: null,
};

it("lists who asked that their data be deleted, and marks it as done once that is confirmed", async () => {
  let open = [request];
  const complete = vi.fn(() => {
    open = [];
    return { ...request, done_at: "2026-11-21T08:00:00Z", done_by: "t1" };
  });
  renderDesk(<LedgerPage />, aSession("admin", ["manage_channels"]), {
    api: {
      "GET /data-deletion-requests": () => ({ requests: open, next_page_token: null }),
      "POST /data-deletion-requests/c0de:complete": complete,
    },
  });
  const list = await screen.findByRole("list", { name: "資料刪除要求" });
  expect(within(list).getByText("識別碼 4444")).toBeInTheDocument();
  expect(within(list).getByText("確認代碼 c0de")).toBeInTheDocument();
  expect(within(list).getByText(/2026.*收到/)).toBeInTheDocument();

  await userEvent.click(within(list).getByRole("button", { name: "標記為完成" }));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "取消" }));
  expect(complete).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("button", { name: "標記為完成" }));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "標記為完成" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "資料刪除要求" })).not.toBeInTheDocument());
  expect(complete).toHaveBeenCalledTimes(1);
  expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument();
});

it("says why a request could not be marked", async () => {
  renderDesk(<LedgerPage />, aSession("admin", ["manage_channels"]), {
    api: {
      "GET /data-deletion-requests": () => ({ requests: [request], next_page_token: null }),
      "POST /data-deletion-requests/c0de:complete": () => problem(404, { code: "unknown_request" }),
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "標記為完成" }));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "標記為完成" }));
  expect(await screen.findByText("沒有這個代碼的要求。")).toBeInTheDocument();
});

it("shows nothing of it while no request is open", async () => {
  renderDesk(<LedgerPage />, aSession("admin", ["manage_channels"]));
  await screen.findByText("沒有符合的紀錄");
  expect(screen.queryByText("資料刪除要求")).not.toBeInTheDocument();
});
