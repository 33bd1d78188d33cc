// Times what-ifs of a large plan as the page has them, by a worker, from the
// question to the answer taken apart: a plan all anew, then with one cell
// edited. It takes the model's file, the plan's as JSON, and chromium or
// webkit, and prints one line of JSON.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { screen, until, webkit } from './driver.mjs'

const [model, plan, browser = 'chromium'] = process.argv.slice(2)
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist')

/** What src/backend/worker.ts and machine.ts do. */
const worker = `
let wasm
const encoder = new TextEncoder(), decoder = new TextDecoder()
onmessage = async ({ data: { name, body } }) => {
  if (name === 'start') {
    await import('/wasm_exec.js')
    const go = new globalThis.Go()
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/shoptwin.wasm'), go.importObject)
    void go.run(instance)
    wasm = instance.exports
    return postMessage('{}')
  }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const at = wasm.input(bytes.length)
  new Uint8Array(wasm.mem.buffer, at, bytes.length).set(bytes)
  const length = wasm[name](bytes.length)
  postMessage(decoder.decode(new Uint8Array(wasm.mem.buffer, wasm.output(), length)))
}`

/** measure runs in the page. */
async function measure() {
  const machine = new Worker('/worker.js', { type: 'module' })
  const call = (name, body) => new Promise((done, fail) => {
    machine.onmessage = event => done(JSON.parse(event.data))
    machine.onerror = fail
    machine.postMessage({ name, body })
  })
  await call('start')
  const plan = await (await fetch('/plan')).json()
  const ask = p => call('whatIf', JSON.stringify({ ...p, brief: true }))
  const timed = async p => { const t = performance.now(); await ask(p); return performance.now() - t }
  await call('loadPromo', new Uint8Array(await (await fetch('/model')).arrayBuffer()))
  const reply = await call('whatIf', JSON.stringify(plan))
  const anew = [], edit = []
  for (let n = 0; n < 15; n++) {
    // Another traffic changes every cell; a depth that was never asked for is no answer that is kept.
    anew.push(await timed({ ...plan, traffic: (n + 1) / 1000 }))
    await ask(plan)
    for (let k = 0; k < 3; k++) {
      edit.push(await timed({ ...plan, offers: plan.offers.map((o, i) => (i === 4 * n + k ? { ...o, depth: 0.0513 + ((n * 3 + k) % 30) / 100 } : o)) }))
    }
  }
  const of = l => ({ best: Math.min(...l), median: l.toSorted((a, b) => a - b)[l.length >> 1], worst: Math.max(...l) })
  return { reply, anew: of(anew), edit: of(edit) }
}

const files = {
  '/': ['text/html', () => '<!doctype html><title>what-if</title>'],
  '/worker.js': ['text/javascript', () => worker],
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
const at = `http://127.0.0.1:${server.address().port}/`

async function inChromium() {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  try {
    const page = await browser.newPage()
    await page.goto(at)
    return await page.evaluate(measure)
  } finally {
    await browser.close()
  }
}

async function inWebKit() {
  const display = await screen()
  const window = await webkit({ env: { ...display.env, WEBKIT_DISABLE_DMABUF_RENDERER: '1' } })
  try {
    await window.open(at)
    await window.js(`(${measure})().then(f => { window.figures = JSON.stringify(f) }, e => { window.figures = JSON.stringify({ error: String(e) }) })`)
    return JSON.parse(await until('figures', () => window.js('return window.figures'), 120_000))
  } finally {
    await window.close()
    display.close()
  }
}

try {
  const figures = await (browser === 'webkit' ? inWebKit() : inChromium())
  if (figures.error) throw new Error(figures.error)
  console.log(JSON.stringify(figures))
} finally {
  server.close()
}
