import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Everything is served from the server's own origin; nothing is inlined, so a strict Content-Security-Policy holds. */
export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8000,
    reportCompressedSize: false,
    // A first start builds the studio; how long its plugins took is no news to whoever waits for it.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    proxy: {
      '/api': process.env['CONV3N_API'] ?? 'http://127.0.0.1:3000',
    },
  },
});
