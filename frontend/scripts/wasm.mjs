// Builds public/shoptwin.wasm, the models' inference in the page, and copies
// Go's loader beside it. Quick when nothing has changed: Go caches the build.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(frontend, '..')
const out = join(frontend, 'public')
const limit = 4e6 // bytes

mkdirSync(out, { recursive: true })
const wasm = join(out, 'shoptwin.wasm')
execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', wasm, './app/wasm'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' },
})
const goroot = execFileSync('go', ['env', 'GOROOT'], { cwd: root }).toString().trim()
copyFileSync(join(goroot, 'lib', 'wasm', 'wasm_exec.js'), join(out, 'wasm_exec.js'))
const size = statSync(wasm).size
console.log(`shoptwin.wasm: ${(size / 1e6).toFixed(2)} MB`)
if (size >= limit) {
  console.error(`shoptwin.wasm: ${size} bytes; the limit is ${limit}. See what app/wasm imports: go list -deps ./app/wasm`)
  process.exit(1)
}
