import { createBrowserRouter, Navigate } from "react-router";
import { Crash } from "@/app/crash";
import { Arriving, Guest, Member } from "@/app/gate";
import { NotFound } from "@/app/not-found";
import { Shell } from "@/app/shell/shell";
import { ForgotPasswordPage } from "@/features/auth/components/forgot-password-page";
import { InvitationPage } from "@/features/auth/components/invitation-page";
import { ResetPasswordPage } from "@/features/auth/components/reset-password-page";
import { SignInPage } from "@/features/auth/components/sign-in-page";
import { InboxPage } from "@/features/inbox/components/inbox-page";

/** The inbox and the way in travel with the first page; the settings are fetched when somebody goes there. */
export const router = createBrowserRouter([
  {
    ErrorBoundary: Crash,
    HydrateFallback: Arriving,
    children: [
      {
        Component: Guest,
        children: [
          { path: "/signin", Component: SignInPage },
          { path: "/forgot-password", Component: ForgotPasswordPage },
        ],
      },
      { path: "/reset-password/:token?", Component: ResetPasswordPage },
      { path: "/accept-invitation/:token?", Component: InvitationPage },
      {
        Component: Member,
        children: [
          {
            Component: Shell,
            children: [
              { path: "/", element: <Navigate to="/inbox" replace /> },
              { path: "/inbox/:conversationId?", Component: InboxPage },
              {
                path: "/settings",
                lazy: async () => ({
                  Component: (await import("@/features/profile/components/settings-home")).SettingsHome,
                }),
              },
              {
                path: "/settings/profile",
                lazy: async () => ({
                  Component: (await import("@/features/profile/components/profile-page")).ProfilePage,
                }),
              },
              {
                path: "/settings/team",
                lazy: async () => ({ Component: (await import("@/features/team/components/team-page")).TeamPage }),
              },
              {
                path: "/settings/channels",
                lazy: async () => ({
                  Component: (await import("@/features/channels/components/channels-page")).ChannelsPage,
                }),
              },
              {
                path: "/settings/ledger",
                lazy: async () => ({
                  Component: (await import("@/features/ledger/components/ledger-page")).LedgerPage,
                }),
              },
              {
                path: "/settings/audit",
                lazy: async () => ({ Component: (await import("@/features/audit/components/audit-page")).AuditPage }),
              },
            ],
          },
        ],
      },
      { path: "*", Component: NotFound },
    ],
  },
]);
