import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

import { cssTarget } from './vite.config'

// The explorer is built separately: GraphiQL and its editor are eight times the size of the other pages, and rarely change.
export default defineConfig({
  root: 'explorer',
  base: '/explorer/',
  plugins: [react()],
  build: {
    outDir: '../../dist/explorer',
    emptyOutDir: true,
    cssTarget,
    target: cssTarget,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    // GraphiQL contains directives for React's compiler, which have no effect in a bundle.
    rollupOptions: { onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning) },
  },
  worker: { format: 'es' },
})
