import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: ["chrome110", "firefox115", "safari16.4"],
    lib: { entry: "src/main.ts", name: "FrontdeskWidget", formats: ["iife"], fileName: () => "widget.js" },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
