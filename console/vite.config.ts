import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env["FRONTDESK_URL"] ?? "http://127.0.0.1:8080";
const toBackend = { target: backend, ws: true, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": toBackend, "/simulator": toBackend } },
  preview: { host: "127.0.0.1", port: 4173, proxy: { "/api": toBackend } },
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    // Nothing may be inlined: the console is served under a policy that allows its own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/ },
            {
              name: "aria",
              test: /node_modules[\\/](react-aria|react-stately|react-aria-components|@internationalized|@react-)/,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    pool: "vmThreads",
    // Machines that do other things besides are slow.
    testTimeout: 30_000,
  },
});
