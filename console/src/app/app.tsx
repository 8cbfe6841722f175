import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { I18nProvider } from "react-aria-components";
import { I18nextProvider, useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { router } from "@/app/router";
import { ToastRegion } from "@/components/toast/toast-region";
import { currentLanguage, i18n } from "@/lib/i18n/i18n";

/** For the pages before there is a desk. */
const queries = new QueryClient({
  defaultOptions: { queries: { networkMode: "always" }, mutations: { networkMode: "always" } },
});

export function App() {
  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <Localised />
      </QueryClientProvider>
    </I18nextProvider>
  );
}

function Localised() {
  useTranslation();
  return (
    <I18nProvider locale={currentLanguage()}>
      <RouterProvider router={router} />
      <ToastRegion />
    </I18nProvider>
  );
}
