import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The oldest browsers that support light-dark(). For older targets Vite's CSS minifier rewrites it, and backgrounds that depend on it
// disappear in the built pages.
export const cssTarget = ['chrome123', 'firefox120', 'safari17.5']

const server = process.env.ORGMAP ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    cssTarget,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Fonts in data: URLs would need a weaker content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true, changeOrigin: true },
      '/session': { target: server, changeOrigin: true },
      '/explorer': { target: server, changeOrigin: true },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
})
