import { defineConfig } from 'vite';

/** Where the API listens while the panel is developed: `npm run dev --workspace web/admin`. */
const API = 'http://127.0.0.1:3000';
const API_PATHS = ['/auth', '/user', '/models', '/admin/api', '/sandbox', '/health'];

/** Both pages: the panel, and the sign-in page that leads to it. */
export default defineConfig({
  resolve: { conditions: ['chat-backend-source', 'module', 'browser', 'development|production'] },
  esbuild: { jsx: 'automatic', tsconfigRaw: '{}' },
  build: {
    target: 'es2022',
    // As in the console: the pages' policy allows files alone. One script: after the cookie has ended no other would load.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
    emptyOutDir: true,
  },
  server: { proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: API }])) },
});
