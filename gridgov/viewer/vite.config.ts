import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ["index.html", "public.html", "office.html"] },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8700", "/tiles": "http://127.0.0.1:8700" } },
});
