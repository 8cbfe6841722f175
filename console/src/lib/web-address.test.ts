import { expect, it, vi } from "vitest";
import { fileAddress, webAddress } from "./web-address";

it.each([
  "javascript:alert(1)",
  " JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "https:",
  "//evil.example/a",
  "/settings/team",
  "shop.example",
  "",
])("never links %j", (text) => expect(webAddress(text)).toBe(""));

it("links pages of the web", () => {
  expect(webAddress("https://shop.example/a?b=1#c")).toBe("https://shop.example/a?b=1#c");
  expect(webAddress("HTTP://shop.example")).toBe("http://shop.example/");
  expect(webAddress(null)).toBe("");
});

it("needs nothing that the oldest browsers we build for do not have", () => {
  vi.spyOn(URL, "parse").mockImplementation(() => {
    throw new TypeError("URL.parse is not a function");
  });
  expect(webAddress("https://shop.example")).toBe("https://shop.example/");
});

it("takes files from the desk itself, and from platforms", () => {
  expect(fileAddress("/media/signed")).toBe("/media/signed");
  expect(fileAddress("https://cdn.example/a.jpg")).toBe("https://cdn.example/a.jpg");
  expect(fileAddress("//evil.example/a")).toBe("");
  expect(fileAddress("/\\evil.example/a")).toBe("");
  expect(fileAddress("javascript:alert(1)")).toBe("");
});
