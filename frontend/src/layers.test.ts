// Who may import what in the front end: an allow-list. A file that is in no
// layer fails; the plan is extended on purpose, in the same commit.
// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const src = dirname(fileURLToPath(import.meta.url))

interface Layer { files: RegExp; ours: string[]; modules?: string[]; globals?: RegExp }
const plan: Record<string, Layer> = {
  main: { files: /^main\.ts$/, ours: ['app', 'css'], modules: ['svelte'] },
  dev: { files: /^(dev|test-setup)\.ts$/, ours: ['app', 'css', 'backend', 'fake'], modules: ['svelte'] },
  app: { files: /^App\.svelte$/, ours: ['screens', 'parts', 'backend', 'i18n', 'session'] },
  session: { files: /^session\.svelte\.ts$/, ours: ['backend', 'i18n'] },
  screens: { files: /^screens\//, ours: ['screens', 'parts', 'backend', 'i18n', 'session'], modules: ['svelte'] },
  report: { files: /^report\//, ours: ['report', 'backend-inside', 'parts', 'i18n'], modules: ['svelte'] }, // a page of its own, opened from a file
  parts: { files: /^parts\//, ours: ['parts', 'i18n'], modules: ['svelte'] }, // pure props and callbacks: no backend
  i18n: { files: /^i18n\//, ours: ['i18n'] },
  fake: { files: /^backend\/fake\.ts$/, ours: ['backend-inside'] },
  wails: { files: /^backend\/wails\.ts$/, ours: ['backend-inside'], modules: ['../../wailsjs'], globals: /window\.(go|runtime)/ },
  backend: { files: /^backend\/index\.ts$/, ours: ['backend-inside', 'wails'], globals: /window\.go\b/ }, // index asks whether there is a window
  'backend-inside': { files: /^backend\/[a-z]+\.ts$/, ours: ['backend-inside'] },
  css: { files: /^(app|tokens)\.css$/, ours: ['css'] },
}

const isTest = (f: string) => f.endsWith('.test.ts')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).map(f => f.replaceAll('\\', '/')).filter(f => /\.(ts|svelte|css)$/.test(f))
const layerOf = (f: string) => Object.keys(plan).find(name => plan[name]!.files.test(f))

/** imports of a file: relative ones as paths inside src, others as they stand. */
function imports(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()\s*(?:\/\*.*?\*\/\s*)?'([^']+)'/g)].map(m => m[1]!).map(to => {
    if (!to.startsWith('.')) return to
    const path = relative(src, resolve(dirname(join(src, file)), to)).replaceAll('\\', '/')
    return [path, `${path}.ts`, `${path}.svelte`, `${path}/index.ts`, `${path}/index.svelte.ts`, `${path}.svelte.ts`].find(p => files.includes(p)) ?? to
  })
}

it('every file is in a layer', () => {
  expect(files.filter(f => !isTest(f) && !layerOf(f))).toEqual([])
})

it('imports keep to the plan', () => {
  const breaches = files.filter(f => !isTest(f) && !f.endsWith('.css')).flatMap(f => {
    const from = plan[layerOf(f)!]!
    return imports(f).filter(to => {
      const layer = files.includes(to) ? layerOf(to) : undefined
      return layer ? !from.ours.includes(layer) && layer !== layerOf(f) : !(from.modules ?? []).some(m => to === m || to.startsWith(m + '/'))
    }).map(to => `${f} imports ${to}`)
  })
  expect(breaches).toEqual([])
})

it('only the bindings touch what Wails puts into the window', () => {
  const touching = files.filter(f => !isTest(f) && /\.(ts|svelte)$/.test(f)).filter(f => {
    const found = readFileSync(join(src, f), 'utf8').match(/\bwindow\.(go|runtime)\b|wailsjs/)
    return found && !plan[layerOf(f)!]!.globals?.test(found[0])
  })
  expect(touching).toEqual([])
})

it('the plan catches a breach', () => {
  expect(imports('screens/Start.svelte')).toContain('backend/index.ts')
  expect(plan['parts']!.ours).not.toContain('backend')
})

it('what is made up is in no build', () => {
  const reached = new Set<string>()
  const visit = (f: string) => {
    if (reached.has(f) || !files.includes(f)) return
    reached.add(f)
    imports(f).forEach(visit)
  }
  visit('main.ts')
  expect(reached.has('backend/fake.ts')).toBe(false)
  expect(reached.has('screens/Promote.svelte')).toBe(true)
})
