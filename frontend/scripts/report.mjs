// Builds dist/whatif.html and dist/recommend.html, the pages of plans and of
// recommendations without their data: one file each with style, script, Go's
// loader and the part of app/wasm that answers, under a policy that allows
// these by their hashes and nothing else. The data come from app/share.go and
// app/sharerecommend.go.
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(frontend, '..')
const cache = join(frontend, 'node_modules', '.cache', 'shoptwin')
mkdirSync(cache, { recursive: true })

const goroot = execFileSync('go', ['env', 'GOROOT'], { cwd: root }).toString().trim()
const loader = readFileSync(join(goroot, 'lib', 'wasm', 'wasm_exec.js'), 'utf8')
const shell = readFileSync(join(frontend, 'whatif.html'), 'utf8')

// Inside a script no text may end it. In JavaScript the escape means the same.
const inScript = text => text.replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--').trim()
const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** page builds dist/name with the parts of app/wasm that tag keeps. */
async function page(name, tag, input) {
  const wasm = join(cache, `${tag}.wasm`)
  execFileSync('go', ['build', '-trimpath', '-tags', tag, '-ldflags', '-s -w', '-o', wasm, './app/wasm'], {
    cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' },
  })
  const result = await build({
    root: frontend, configFile: false, logLevel: 'warn',
    plugins: [svelte({ preprocess: vitePreprocess() })],
    build: { target: 'es2022', write: false, copyPublicDir: false, rollupOptions: { input: join(frontend, input) } },
  })
  const files = (Array.isArray(result) ? result[0] : result).output
  const code = files.filter(f => f.type === 'chunk').map(f => f.code).join('\n')
  const style = files.filter(f => f.type === 'asset' && f.fileName.endsWith('.css')).map(f => String(f.source)).join('\n').trim()
  if (!style || !code) throw new Error(`${name} lacks its style or its script`)
  const program = inScript(code), glue = inScript(loader)
  const policy = `default-src 'none'; script-src ${hash(glue)} ${hash(program)} 'wasm-unsafe-eval'; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
  const fills = { POLICY: policy, STYLE: style, WASM: gzipSync(readFileSync(wasm), { level: 9 }).toString('base64'), LOADER: glue, PROGRAM: program }
  const text = shell.replace(/\b(POLICY|STYLE|WASM|LOADER|PROGRAM)\b/g, name => fills[name])
  mkdirSync(join(frontend, 'dist'), { recursive: true })
  writeFileSync(join(frontend, 'dist', name), text)
  console.log(`${name}: ${(text.length / 1e6).toFixed(2)} MB, of which wasm ${(fills.WASM.length / 1e6).toFixed(2)} and script ${((program.length + glue.length) / 1e6).toFixed(2)}`)
  if (text.length >= 1_500_000) throw new Error(`${name} is larger than 1.5 MB`)
}

await page('whatif.html', 'whatif', 'src/report/main.ts')
await page('recommend.html', 'kin', 'src/report/recommend/main.ts')
