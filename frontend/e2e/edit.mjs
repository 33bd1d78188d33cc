// Times what-ifs of a large plan in Chromium, computed as in the page: a plan
// all anew, then with one cell edited, and what the page then reads. It takes
// the model's file, the plan's as JSON, and prints one line of JSON.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const [model, plan] = process.argv.slice(2)
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist')
const files = {
  '/': ['text/html', () => '<!doctype html><title>what-if</title>'],
  '/wasm_exec.js': ['text/javascript', () => readFileSync(join(dist, 'wasm_exec.js'))],
  '/shoptwin.wasm': ['application/wasm', () => readFileSync(join(dist, 'shoptwin.wasm'))],
  '/model': ['application/octet-stream', () => readFileSync(model)],
  '/plan': ['application/json', () => readFileSync(plan)],
}
const server = createServer((request, response) => {
  const [type, read] = files[request.url] ?? ['text/plain', () => '']
  response.writeHead(files[request.url] ? 200 : 404, { 'Content-Type': type }).end(read())
}).listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
const page = await browser.newPage()
await page.goto(`http://127.0.0.1:${server.address().port}/`)
const figures = await page.evaluate(async () => {
  await import('/wasm_exec.js')
  const go = new globalThis.Go()
  const { instance } = await WebAssembly.instantiateStreaming(fetch('/shoptwin.wasm'), go.importObject)
  void go.run(instance)
  const wasm = instance.exports, encoder = new TextEncoder(), decoder = new TextDecoder()
  const call = (name, body) => {
    const bytes = typeof body === 'string' ? encoder.encode(body) : body
    const at = wasm.input(bytes.length)
    new Uint8Array(wasm.mem.buffer, at, bytes.length).set(bytes)
    const length = wasm[name](bytes.length)
    return JSON.parse(decoder.decode(new Uint8Array(wasm.mem.buffer, wasm.output(), length)))
  }
  const bytes = new Uint8Array(await (await fetch('/model')).arrayBuffer())
  const plan = await (await fetch('/plan')).json()
  const timed = f => { const t = performance.now(); f(); return performance.now() - t }
  const ask = p => call('whatIf', JSON.stringify({ ...p, brief: true }))
  call('loadPromo', bytes)
  const reply = call('whatIf', JSON.stringify(plan))
  const anew = [], edit = []
  for (let n = 0; n < 15; n++) {
    // Another traffic changes every cell.
    anew.push(timed(() => ask({ ...plan, traffic: (n + 1) / 1000 })))
    ask(plan)
    for (let k = 0; k < 3; k++) {
      const offers = plan.offers.map((o, i) => (i === n + k ? { ...o, depth: 0.05 + ((n * 3 + k) % 30) / 100 } : o))
      edit.push(timed(() => ask({ ...plan, offers })))
    }
  }
  const median = l => l.toSorted((a, b) => a - b)[l.length >> 1]
  return { reply, anew: { best: Math.min(...anew), median: median(anew) }, edit: { best: Math.min(...edit), median: median(edit) } }
})
console.log(JSON.stringify(figures))
await browser.close()
server.close()
