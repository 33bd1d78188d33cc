// Builds public/shoptwin.wasm, the models' inference in the page, and copies
// Go's loader beside it. With --fixtures it also has Go answer the questions
// that src/backend/machine.test.ts puts to the wasm. Quick when nothing has
// changed: Go caches both.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(frontend, '..')
const out = join(frontend, 'public')

mkdirSync(out, { recursive: true })
const wasm = join(out, 'shoptwin.wasm')
execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', wasm, './app/wasm'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' },
})
const goroot = execFileSync('go', ['env', 'GOROOT'], { cwd: root }).toString().trim()
copyFileSync(join(goroot, 'lib', 'wasm', 'wasm_exec.js'), join(out, 'wasm_exec.js'))
console.log(`shoptwin.wasm: ${(statSync(wasm).size / 1e6).toFixed(2)} MB`)

if (process.argv.includes('--fixtures')) {
  const dir = join(frontend, 'node_modules', '.cache', 'shoptwin')
  mkdirSync(dir, { recursive: true })
  execFileSync('go', ['test', '-count=1', '-run', '^TestAnswers$', './app/wasm'], {
    cwd: root, stdio: 'inherit', env: { ...process.env, SHOPTWIN_FIXTURES: dir },
  })
}
