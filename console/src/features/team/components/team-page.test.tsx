import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Permission, Role } from "@/lib/api/types";
import { aSession, aTeammate } from "@/test/data";
import { type FakeApi, problem, renderDesk } from "@/test/render-desk";
import { TeamPage } from "./team-page";

const team = [
  aTeammate({ id: "boss", name: "陳怡君", role: "admin", phone: "0912-000-111", email: "admin@demo.test" }),
  aTeammate(),
  aTeammate({ id: "kevin", name: "Kevin Wu", role: "salesperson", email: "kevin@demo.test" }),
];
const show = (role: Role, permissions: Permission[], api: FakeApi = {}) =>
  renderDesk(<TeamPage />, aSession(role, permissions), {
    api: { "GET /teammates": () => ({ teammates: team, total: 3, next_page_token: null }), ...api },
  });

describe("the team", () => {
  it("rule 106: counts its members, sorts them by role and finds them", async () => {
    show("cs_agent", ["send_messages"]);
    expect(await screen.findByText("共 3 位成員")).toBeInTheDocument();
    expect(screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent)).toEqual([
      "管理員 1",
      "客服人員 1",
      "銷售人員 1",
    ]);
    await userEvent.type(screen.getByRole("searchbox"), "KEVIN");
    expect(screen.getAllByRole("listitem")).toHaveLength(1);
    await userEvent.type(screen.getByRole("searchbox"), "x");
    expect(screen.getByText("沒有符合的成員")).toBeInTheDocument();
  });

  it("rule 107: a teammate can be called and written to", async () => {
    show("cs_agent", ["send_messages"]);
    expect(await screen.findByRole("link", { name: "打電話給陳怡君：0912-000-111" })).toHaveAttribute(
      "href",
      "tel:0912000111",
    );
    expect(screen.getByRole("link", { name: "寄信給陳怡君：admin@demo.test" })).toHaveAttribute(
      "href",
      "mailto:admin@demo.test",
    );
  });

  it("rules 105 and 109: shows nobody a deed the role does not have", async () => {
    const agent = show("cs_agent", ["send_messages"]);
    await screen.findByText("Kevin Wu");
    expect(screen.queryByRole("button", { name: "邀請成員" })).toBeNull();
    expect(screen.queryByRole("button", { name: /的操作/ })).toBeNull();
    agent.unmount();
    show("supervisor", ["manage_team"]);
    await screen.findByText("Kevin Wu");
    expect(screen.queryByRole("button", { name: "陳怡君的操作" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Kevin Wu的操作" }));
    expect(screen.getByRole("menuitem", { name: "編輯資料" })).toBeInTheDocument();
    expect(screen.queryByRole("menuitem", { name: "停用帳號" })).toBeNull();
  });

  it("rule 109: an admin disables a teammate after a question", async () => {
    const disable = vi.fn(() => ({ teammate: team[2] }));
    show("admin", ["manage_team"], { "POST /teammates/kevin:disable": disable });
    await userEvent.click(await screen.findByRole("button", { name: "Kevin Wu的操作" }));
    await userEvent.click(screen.getByRole("menuitem", { name: "停用帳號" }));
    expect(disable).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole("button", { name: "停用帳號" }));
    await waitFor(() => expect(disable).toHaveBeenCalledTimes(1));
  });

  it("rule 105: invites with a role no higher than the own, and shows at the field what is wrong", async () => {
    show("supervisor", ["manage_team"], {
      "POST /invitations": () =>
        problem(409, { code: "email_taken", detail: "Taken.", errors: [{ field: "email", message: "Taken." }] }),
    });
    await userEvent.click(screen.getByRole("button", { name: "邀請成員" }));
    await userEvent.click(screen.getByRole("button", { name: /角色/ }));
    expect(screen.getAllByRole("option")).toHaveLength(5);
    await userEvent.keyboard("{Escape}");
    await userEvent.type(screen.getByRole("textbox", { name: "電子郵件" }), "kevin@demo.test");
    await userEvent.type(screen.getByRole("textbox", { name: "姓名" }), "Kevin");
    await userEvent.click(screen.getByRole("button", { name: "寄出邀請" }));
    expect(await screen.findByText("這個電子郵件已有人使用，請換一個。")).toBeInTheDocument();
  });
});
