// Opens the reports from the disk, with the network cut, in Chromium, Firefox
// and WebKitGTK: they are read, and the sliders of the plans answer. Pictures
// go to build/bin/shots.
//
//   node e2e/reports.mjs [chromium,firefox,webkit]   SHOPTWIN=…/shoptwin  E2E_HOME=folder with the sample shop
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { firefox, screen, until, webkit } from './driver.mjs'
import { check, end, root, shots } from './tally.mjs'

// Cut: a network of our own with nothing in it but this machine's loopback.
if (!process.env.SHOPTWIN_NO_NETWORK) {
  const again = ['--net', '--map-root-user', 'sh', '-c', 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)]
  try {
    execFileSync('unshare', again, { stdio: 'inherit', env: { ...process.env, SHOPTWIN_NO_NETWORK: '1' } })
  } catch (e) {
    process.exitCode = e.status ?? 1
  }
  process.exit()
}

const program = process.env.SHOPTWIN ?? join(root, 'build/bin/shoptwin')
const home = process.env.E2E_HOME ?? join(root, 'build/cache/e2e-home')
const which = (process.argv[2] ?? 'chromium,firefox,webkit').split(',')
const folder = mkdtempSync(join(tmpdir(), 'shoptwin-reports-'))

const figures = {}

const reports = {}
const run = (...args) => execFileSync(program, [...args, '--home', home, '--quiet', '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 })
try {
  run('report', 'recommend', '--project', 'Sample shop', '--out', join(folder, 'first.html'))
} catch { // nothing was learned there yet
  run('recommend', 'train', '--project', 'Sample shop', '--data', 'receipts', '--quick')
}
for (const [name, kind, lang] of [['quality', 'quality', 'en'], ['whatif', 'whatif', 'en'], ['whatif-zh', 'whatif', 'zh-CN'], ['recommend', 'recommend', 'en'], ['recommend-zh', 'recommend', 'zh-CN']]) {
  const path = join(folder, `${name}.html`)
  execFileSync(program, ['report', kind, '--project', 'Sample shop', '--lang', lang, '--out', path, '--home', home, '--quiet', '--json'], { stdio: ['ignore', 'ignore', 'inherit'] })
  reports[name] = path
  figures[name] = statSync(path).size
}
const data = readFileSync(reports.whatif, 'utf8').match(/id="shoptwin-report">(.*?)<\/script>/s)[1].length
figures.shell = figures.whatif - data
const told = readFileSync(reports.recommend, 'utf8').match(/id="shoptwin-report">(.*?)<\/script>/s)[1].length
check(figures.recommend - told < 1_500_000, `the page of recommendations is ${((figures.recommend - told) / 1e6).toFixed(2)} MB, and ${(told / 1e6).toFixed(2)} MB of the sample shop's data`)
check(figures.shell < 1_500_000, `the page of plans is ${(figures.shell / 1e6).toFixed(2)} MB, and ${(data / 1e6).toFixed(2)} MB of the sample shop's data`)

async function inChromium() {
  const path = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 1000 }, offline: true })).newPage()
  const said = []
  page.on('console', m => said.push(m.text()))
  page.on('pageerror', e => said.push(e.message))
  page.on('request', r => r.url().startsWith('file:') || said.push(`asks for ${r.url()}`))
  return {
    version: `chromium ${browser.version()}`, said,
    open: url => page.goto(url), js: script => page.evaluate(`(function(){${script}})()`), // as text: the page's policy forbids eval
    shot: file => page.screenshot({ path: file }), close: () => browser.close(),
  }
}

const open = {
  chromium: inChromium,
  firefox: () => firefox({ env: process.env }),
  webkit: async () => {
    const display = await screen('1280x1000')
    const mini = ['/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser'].find(existsSync)
    const b = await webkit({ env: display.env, binary: mini, args: ['--automation'] })
    return { ...b, close: async () => { await b.close(); display.close() } }
  },
}

for (const name of which) {
  let browser
  try {
    browser = await open[name]()
    await browser.open(pathToFileURL(reports.quality).href)
    const title = await browser.js('return document.querySelector("h1").textContent')
    check(title.length > 10, `${browser.version}: the quality report says "${title}"`)
    await browser.shot(join(shots, `report-quality-${name}.png`))

    for (const report of ['whatif', 'whatif-zh']) {
      const begun = performance.now()
      await browser.open(pathToFileURL(reports[report]).href)
      const finding = () => browser.js('return document.querySelector("#finding")?.textContent ?? document.querySelector("[role=alert]")?.textContent ?? ""')
      const first = await until('an answer', finding)
      const ready = performance.now() - begun
      // A page of no offers gets one; then a slider is moved, as a hand does.
      await browser.js('if (!document.querySelector("input.offer")) document.querySelector(".add button").click()')
      await until('an offer', () => browser.js('return document.querySelectorAll("input.offer").length > 0'))
      const before = await until('a price', () => browser.js('return document.querySelector("#finding").textContent + document.querySelector("tbody tr").textContent'))
      const took = await browser.js(`const slider = document.querySelector("input.offer"); const begun = performance.now()
        slider.value = String(Math.min(Number(slider.max), Number(slider.value) > 0.15 ? 0.05 : 0.3)); slider.dispatchEvent(new Event("input", { bubbles: true })); return performance.now() - begun`)
      const after = await until('another answer', () => browser.js('return document.querySelector("#finding").textContent + document.querySelector("tbody tr").textContent').then(s => s !== before && s))
      const ms = await browser.js('return document.querySelector("#ms").textContent')
      const bad = (await browser.js('return document.querySelector("main").innerText')).match(/undefined|NaN|\[object|Infinity/)
      check(after !== before && !bad, `${browser.version}: ${report} is ready after ${(ready / 1000).toFixed(1)} s ("${first}"); a slider is answered (${ms}, event ${Number(took).toFixed(0)} ms)${bad ? `; says ${bad[0]}` : ''}`)
      await browser.shot(join(shots, `report-${report}-${name}.png`))
      figures[`${name}-${report}`] = { ready, ms }
      // Nothing of another origin may be reached, whatever a script tries.
      const reached = await browser.js(`try { const x = new XMLHttpRequest(); x.open('GET', 'http://127.0.0.1:9/', false); x.send(); return 'sent' } catch (e) { return String(e.name) }`)
      check(reached !== 'sent', `${browser.version}: the page's policy keeps it from asking anybody (${reached})`)
    }
    for (const report of ['recommend', 'recommend-zh']) {
      const begun = performance.now()
      await browser.open(pathToFileURL(reports[report]).href)
      await until('an answer', () => browser.js('return document.querySelectorAll("#ask tbody tr").length > 0'))
      const ready = performance.now() - begun
      const finding = () => browser.js('return document.querySelector("#finding").textContent')
      const before = await finding()
      await browser.js('document.querySelector("#ask tbody .link").click()') // on to a product that goes with it
      const after = await until('what goes with another', () => finding().then(s => s !== before && s))
      const text = await browser.js('return document.querySelector("main").innerText')
      const bad = text.match(/undefined|NaN|\[object|Infinity/)
      check(!bad, `${browser.version}: ${report} is ready after ${(ready / 1000).toFixed(1)} s ("${before.trim()}"), goes on to "${after.trim()}"${bad ? `; says ${bad[0]}` : ''}`)
      await browser.shot(join(shots, `report-${report}-${name}.png`))
      const reached = await browser.js(`try { const x = new XMLHttpRequest(); x.open('GET', 'http://127.0.0.1:9/', false); x.send(); return 'sent' } catch (e) { return String(e.name) }`)
      check(reached !== 'sent', `${browser.version}: the page of recommendations asks nobody (${reached})`)
    }
    if (browser.said) {
      const complaints = browser.said.filter(s => !/127\.0\.0\.1:9/.test(s))
      check(complaints.length === 0, `${browser.version} has no complaint${complaints.length ? `: ${complaints.join('\n      ')}` : ''}`)
    }
  } catch (e) {
    check(false, `${name}: ${e.message}`)
    await browser?.shot(join(shots, `failed-report-${name}.png`)).catch(() => undefined)
  } finally {
    await browser?.close()
  }
}
writeFileSync(join(shots, 'reports.json'), JSON.stringify(figures) + '\n')
rmSync(folder, { recursive: true, force: true })
end()
