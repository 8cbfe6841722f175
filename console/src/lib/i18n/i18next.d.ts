import "i18next";
import type traditional from "@/locales/zh-TW";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof traditional;
    returnNull: false;
  }
}
