import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte({ preprocess: vitePreprocess() })],
  // dist/.keep stays: go:embed needs the folder before the first build.
  build: { target: 'es2022', emptyOutDir: false, assetsInlineLimit: 0, reportCompressedSize: true },
  worker: { format: 'es' },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
  },
})
