import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { MemoryRouter } from "react-router";
import { sessionState } from "@/lib/session/session";
import { type FakeApi, fakeApi, problem } from "@/test/render-desk";
import { SignInPage } from "./sign-in-page";

async function attempt(api: FakeApi): Promise<void> {
  sessionState.set({ status: "signed-out", expired: false });
  fakeApi(api);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <SignInPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await userEvent.type(screen.getByRole("textbox", { name: "電子郵件" }), "agent@demo.test");
  await userEvent.type(screen.getByLabelText("密碼"), "wrong{Enter}");
}

describe("signing in", () => {
  it("says that email or password is wrong, not which", async () => {
    await attempt({ "POST /sessions": () => problem(401, { code: "wrong_credentials" }) });
    expect(await screen.findByRole("alert")).toHaveTextContent("電子郵件或密碼不正確");
  });

  it("counts down until it may be tried again", async () => {
    await attempt({ "POST /sessions": () => problem(429, { code: "too_many_attempts" }, { "Retry-After": "30" }) });
    expect(await screen.findByRole("button", { name: /^(30|29) 秒後可再試$/ })).toBeDisabled();
    expect(screen.getByRole("alert")).toHaveTextContent("嘗試次數過多");
  });

  it("asks for what is missing at its field", async () => {
    sessionState.set({ status: "signed-out", expired: false });
    fakeApi({});
    render(
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SignInPage />
        </MemoryRouter>
      </QueryClientProvider>,
    );
    await userEvent.click(screen.getByRole("button", { name: "登入" }));
    expect(screen.getAllByText("這一欄必填")).toHaveLength(2);
    expect(screen.getByRole("textbox", { name: "電子郵件" })).toHaveFocus();
  });
});
