import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";
import { startI18n } from "@/lib/i18n/i18n";

configure({ asyncUtilTimeout: 10_000 });

// What jsdom does not have and components ask for.
window.matchMedia = (query: string): MediaQueryList =>
  Object.assign(new EventTarget(), {
    matches: query.includes("hover: hover"),
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
globalThis.IntersectionObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
  takeRecords = () => [];
} as unknown as typeof IntersectionObserver;
globalThis.ResizeObserver ??= class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
Element.prototype.scrollTo ??= () => undefined;

beforeAll(async () => {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(["zh-TW"]);
  await startI18n();
});

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
