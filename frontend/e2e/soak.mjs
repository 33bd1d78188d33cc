// What the page costs over time, in headless Chromium against `shoptwin serve`.
//
//   node e2e/soak.mjs soak HOME MINUTES    scripted use of every screen; how memory grows
//   node e2e/soak.mjs grid HOME PROJECT    a large table is scrolled: frames a second; then again beside a training
//
// The last line is JSON with the figures. SHOPTWIN=…/shoptwin
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { held, inside, renderers } from './memory.mjs'
import { root, shots } from './tally.mjs'

const program = process.env.SHOPTWIN ?? join(root, 'build/bin/shoptwin')
const [what, home, third] = process.argv.slice(2)
const server = spawn(program, ['serve', '--home', home, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
const url = await new Promise((resolve, reject) => {
  createInterface({ input: server.stdout }).once('line', line => resolve(JSON.parse(line).url))
  server.once('exit', code => reject(new Error(`shoptwin serve ended with ${code}`)))
})
const path = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
page.setDefaultTimeout(60_000)
const figures = {}
// Playwright has the browser keep the body of every answer for whoever asks for it later, in the page's own memory:
// a model that is fetched a hundred times is a hundred megabytes that no person's page has.
const unrecorded = () => page._connection.toImpl(page).delegate._mainFrameSession._client.send('Network.disable')

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const at = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]
/** memory in MB: of the program, and of Chromium's processes that show pages. */
function memory() {
  const program = held(server.pid), pages = renderers(process.pid).map(held)
  const sum = what => pages.reduce((n, p) => n + p[what], 0)
  return { program: program.all, page: sum('all'), programOwn: program.own, pageOwn: sum('own') }
}
const call = (method, ...args) => page.evaluate(async ([m, a]) => {
  const r = await fetch('/api/' + m, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(a) })
  const { result, error } = await r.json()
  if (error) throw new Error(`${m}: ${error.message}`)
  return result
}, [method, args])

async function enter(project) {
  const begun = performance.now()
  await page.goto(url)
  await page.locator('.recent tbody tr', { hasText: project }).waitFor()
  figures.usable = performance.now() - begun
  await unrecorded()
  await page.locator('.recent tbody tr', { hasText: project }).click()
  await page.waitForFunction(() => location.hash.includes('/'))
  return decodeURIComponent((await page.evaluate(() => location.hash)).split('/')[1])
}
const go = (name, id) => page.evaluate(([n, i]) => { location.hash = `#${n}/${i}` }, [name, id])

/** frames runs act every frame for so many ms and tells how the frames came. */
const frames = (ms, act) => page.evaluate(`new Promise(resolve => { // as text: the page's policy forbids eval
  const each = i => { ${act} }, gaps = []
  let last = performance.now(), i = 0
  const end = last + ${ms}
  const frame = now => {
    gaps.push(now - last)
    last = now
    each(i++)
    if (now < end) requestAnimationFrame(frame)
    else resolve(gaps.slice(2))
  }
  requestAnimationFrame(frame)
})`)

// By place, not by words: the home may have been left in any language.
async function openGrid(id) {
  await go('data', id)
  await page.locator('[role="option"]').first().click()
  await page.locator('.bar-top .seg button').nth(1).click()
  await page.locator('[role="grid"] [role="gridcell"]').first().waitFor()
}
const scrolling = "const g = document.querySelector('[role=grid]'); g.scrollTop = (i * 97 + (i % 50 === 0 ? i * 4000 : 0)) % g.scrollHeight"
const turning = "document.querySelector('[role=grid]').dispatchEvent(new WheelEvent('wheel', { deltaY: 120, bubbles: true, cancelable: true }))"

async function grid() {
  const id = await enter(third)
  const view = await call('OpenProject', id)
  figures.rows = view.datasets[0].rows
  await openGrid(id)
  await frames(1500, scrolling) // warm
  const rate = gaps => ({ fps: 1000 * gaps.length / gaps.reduce((a, b) => a + b, 0), p95: at(gaps, 0.95), worst: Math.max(...gaps) })
  const rounds = []
  for (let i = 0; i < 5; i++) rounds.push({ bar: rate(await frames(3000, scrolling)), wheel: rate(await frames(3000, turning)) })
  figures.scroll = { bar: rounds.map(r => r.bar), wheel: rounds.map(r => r.wheel) }
  figures.filled = await page.locator('[role="grid"] [role="gridcell"]').first().innerText()
  figures.memory = memory()
}

/** hand types and drags while something trains: from the event to the paint after it. */
async function hand() {
  const took = await page.evaluate(() => new Promise(resolve => {
    const slider = document.querySelector('#depth'), out = []
    const step = n => {
      if (n === 0) return resolve(out)
      const begun = performance.now()
      slider.value = String(0.05 + (n * 7 % 30) / 100)
      slider.dispatchEvent(new Event('input', { bubbles: true }))
      requestAnimationFrame(() => setTimeout(() => { out.push(performance.now() - begun); setTimeout(() => step(n - 1), 60) }))
    }
    step(60)
  }))
  // The page itself tells when it was painted: how long this script's own ways take is not what a hand feels.
  const field = page.locator('input[type=search]').first()
  await field.focus()
  const typed = []
  for (const letter of 'a product that is not') {
    const felt = page.evaluate(() => new Promise(resolve => addEventListener('keydown', e => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - e.timeStamp))), { once: true, capture: true })))
    await page.evaluate(() => 0) // it listens
    await page.keyboard.press(letter === ' ' ? 'Space' : letter)
    typed.push(await felt)
  }
  await field.fill('')
  return { slider: { median: median(took), p95: at(took, 0.95) }, typing: { median: median(typed), p95: at(typed, 0.95) } }
}

async function openCalendar(id) {
  await go('promote', id)
  await page.locator('.cal tbody tr [role=gridcell]').first().click()
  await page.locator('#depth').waitFor()
}

async function soak() {
  const id = await enter('Sample shop'), minutes = Number(third)
  const view = await call('OpenProject', id)
  const table = view.datasets.toSorted((a, b) => a.rows - b.rows)[0]
  await openCalendar(id)
  figures.quiet = await hand()
  const job = await call('StartTrain', { project: id, dataset: view.datasets.toSorted((a, b) => b.rows - a.rows)[0].name, effort: 'balanced', seed: 7 })
  await page.waitForTimeout(4000)
  figures.training = await hand()
  await call('CancelJob', job)
  const series = [], client = await page.context().newCDPSession(page)
  const begun = Date.now(), end = begun + minutes * 60_000
  let round = 0
  while (Date.now() < end) {
    for (const screen of ['start', 'data', 'prepare', 'synthesize', 'quality', 'recommend', 'promote', 'export', 'runs', 'settings']) {
      await go(screen, id)
      await page.waitForTimeout(250)
    }
    await openGrid(id)
    await frames(1000, scrolling)
    await openCalendar(id)
    await hand()
    await page.locator('header.top > button').last().click() // light or dark
    if (round % 2) await page.locator('header button[lang]').click()
    if (round % 3 === 0) { // a short training, and rows of it written
      const t = await call('StartTrain', { project: id, dataset: table.name, effort: 'quick', seed: round + 1 })
      await page.waitForTimeout(3000)
      await call('CancelJob', t)
    } else if (view.runs.length) {
      const t = await call('StartExport', { project: id, rows: 20_000, format: 'csv' })
      for (let j = await call('GetJob', t); j.state === 'running'; j = await call('GetJob', t)) await page.waitForTimeout(100)
    }
    const found = await inside(page, client)
    await page.waitForTimeout(500)
    series.push({ minute: (Date.now() - begun) / 60_000, ...memory(), ...found })
    round++
  }
  const part = (lo, hi) => series.slice(Math.floor(series.length * lo), Math.max(Math.floor(series.length * lo) + 1, Math.floor(series.length * hi)))
  const of = (some, key) => median(some.map(s => s[key]))
  const early = part(0.2, 0.45), late = part(0.75, 1)
  figures.rounds = round
  figures.minutes = (Date.now() - begun) / 60_000
  for (const key of ['program', 'page', 'script', 'dom', 'nodes', 'listeners', 'programOwn', 'pageOwn']) figures[key] = { early: of(early, key), late: of(late, key), growth: of(late, key) / of(early, key) - 1 }
  const grown = (a, b) => (figures[a].late + figures[b].late) / (figures[a].early + figures[b].early) - 1
  figures.whole = grown('program', 'page')
  figures.own = grown('programOwn', 'pageOwn') // without pages of files as they lie on the disk
  figures.series = series.map(s => `${s.minute.toFixed(1)}: program ${s.program.toFixed(0)} (own ${s.programOwn.toFixed(0)}), page ${s.page.toFixed(0)} (own ${s.pageOwn.toFixed(0)}), script ${s.script.toFixed(1)}, dom ${s.dom.toFixed(1)}, buffers ${s.buffers.toFixed(1)}, ${s.nodes} nodes, ${s.listeners} listeners, ${s.workers} workers`)
}

let code = 0
try {
  await { soak, grid }[what]()
} catch (e) {
  console.error(e instanceof Error ? e.message : String(e))
  console.error(await page.evaluate(() => `${location.hash}: ${document.body.innerText.replace(/\s+/g, ' ').slice(0, 600)}`).catch(String))
  await page.screenshot({ path: join(shots, `${what}-failed.png`) }).catch(() => undefined)
  code = 1
} finally {
  await browser.close()
  server.removeAllListeners('exit')
  server.kill('SIGINT')
}
console.log(JSON.stringify(figures))
process.exit(code)
