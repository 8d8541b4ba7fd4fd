import { defineConfig } from 'vite';

/** Where the API listens while the console is developed: `npm run dev --workspace web/console`. */
const API = 'http://127.0.0.1:3000';
const API_PATHS = ['/auth', '/user', '/models', '/chatroom', '/subscri', '/search', '/sandbox', '/health'];

export default defineConfig({
  // The sources of the client package, without its build.
  resolve: { conditions: ['chat-backend-source', 'module', 'browser', 'development|production'] },
  // Not from tsconfig.json: the image has none.
  esbuild: { jsx: 'automatic', tsconfigRaw: '{}' },
  build: {
    target: 'es2022',
    // No `data:` addresses and no polyfill in a script of its own: the page's policy allows files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
  },
  server: { proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: API }])) },
});
