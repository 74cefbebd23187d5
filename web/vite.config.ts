import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400';
/** What the server answers itself; everything else is this page. */
const PROXY = Object.fromEntries(
  // The origin is kept: the server takes no changes from pages of another one.
  ['/api', '/health', '/docs', '/metrics'].map((path) => [path, { target: SERVER, changeOrigin: false }]),
);

// oxlint-disable-next-line import/no-default-export -- Vite reads nothing else
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // Everything loads from files: `data:` fonts or scripts are not in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Charts are one lazy chunk of about this size.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // The page uses the wire's types and constants; without this the schemas would bring all of zod.
      treeshake: { moduleSideEffects: [{ test: /sdk\/wire|node_modules\/zod/, sideEffects: false }] },
    },
  },
  server: { port: 7401, proxy: PROXY },
  preview: { port: 7401, proxy: PROXY },
});
