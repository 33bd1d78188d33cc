// The real window, driven through WebKitWebDriver under a virtual screen: it
// opens the sample shop, answers a what-if, is led by its menus, changes
// language and theme; a second one on the same home says that there is a first.
//
//   node e2e/window.mjs [first|brief]   WINDOW=program built with the tag e2e   E2E_HOME=folder with the sample shop
//
//   node e2e/window.mjs kill PROJECT DATASET MS     has it train, and kills it after so many milliseconds
//
// first begins with an empty home: from 'Open the sample shop' to a what-if.
// brief leaves out the menus.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { screen, sleep, until, webkit } from './driver.mjs'
import { menus } from './menus.mjs'
import { check, end, root, shots } from './tally.mjs'

const program = process.env.WINDOW ?? join(root, 'build/cache/shoptwin-window-e2e')
const first = process.argv[2] === 'first', kill = process.argv[2] === 'kill', brief = process.argv[2] === 'brief'
const made = mkdtempSync(join(tmpdir(), 'shoptwin-window-'))
const home = first ? join(made, 'home') : process.env.E2E_HOME ?? join(root, 'build/cache/e2e-home')

const figures = {}

/** memory of a process and its children, in MB: what is their own, and their share of what is shared. */
function memory(pid) {
  const mb = p => { try { return Number(readFileSync(`/proc/${p}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)[1]) / 1024 } catch { return 0 } }
  const children = p => { try { return execFileSync('pgrep', ['-P', String(p)]).toString().trim().split('\n').map(Number) } catch { return [] } }
  const all = [pid]
  for (let i = 0; i < all.length; i++) all.push(...children(all[i]))
  return { own: mb(pid), all: all.reduce((sum, p) => sum + mb(p), 0), processes: all.length }
}

const display = await screen()
const env = { ...display.env, XDG_RUNTIME_DIR: made, WEBKIT_DISABLE_DMABUF_RENDERER: '1', SHOPTWIN_HOME: home, HOME: made }
/** shoot takes what is on the virtual screen: the picture that WebDriver takes can hang without a window manager. */
const shoot = name => execFileSync('import', ['-window', 'root', join(shots, `${name}.png`)], { env })
let window
try {
  const begun = performance.now()
  window = await webkit({ binary: program, args: ['open', '--home', home], env })
  const has = css => window.js('return document.querySelectorAll(arguments[0]).length', css)
  const wait = (css, ms) => until(css, () => has(css), ms)
  await wait('.rail button')
  figures.usable = performance.now() - begun
  check(await window.js('return !!(window.go && window.runtime)'), `the window (${window.version}) shows its page ${(figures.usable / 1000).toFixed(1)} s after it was started, WebDriver included`)

  if (kill) {
    const [project, dataset, ms] = process.argv.slice(3)
    await window.js('const [p, d] = arguments; window.go.desktop.Window.StartTrain({ project: p, dataset: d, effort: "balanced", seed: 3 })', project, dataset)
    await sleep(Number(ms))
    process.kill(Number(execFileSync('pgrep', ['-f', '-n', `^${program} open --home ${home}$`]).toString()), 'SIGKILL')
    display.close()
    process.exit(0)
  }
  // The window remembers the language and the theme of the last time.
  await until('English and light', () => window.js(`const of = (words) => [...document.querySelectorAll('header button')].find(b => words.test(b.textContent))
    if (document.documentElement.lang !== 'en') { document.querySelector('header button[lang]').click(); return false }
    if (document.documentElement.dataset.theme === 'dark') { of(/Light/)?.click(); return false }
    return true`))
  if (first) {
    const at = performance.now()
    await window.js('[...document.querySelectorAll("main button")].find(b => /sample shop/i.test(b.textContent)).click()')
    await until('the sample shop', () => window.js('return location.hash.includes("/") || [...document.querySelectorAll(".recent tbody tr")].some(r => /Sample shop/.test(r.textContent) && (r.click(), true))'), 600_000)
    await until('the sample shop, open', () => window.js('return location.hash.includes("/")'))
    figures.sample = performance.now() - at
    await until('Promote', () => window.js('const b = [...document.querySelectorAll(".rail button")].find(b => /Promote/.test(b.title)); if (b && !b.disabled) b.click(); return location.hash.startsWith("#promote/") && document.querySelector(".cal tbody tr") !== null'), 600_000)
    figures.firstWhatIf = performance.now() - at
  } else {
    await until('the sample shop', () => window.js('const r = [...document.querySelectorAll(".recent tbody tr")].find(r => /Sample shop/.test(r.textContent)); r?.click(); return r !== undefined'))
    await until('the project', () => window.js('return location.hash.includes("/")'))
    check(true, 'a project is opened')
    await window.js('[...document.querySelectorAll(".rail button")].find(b => /Promote/.test(b.title)).click()')
    await wait('.cal tbody tr')
  }

  // A what-if: the slider is moved, the outcome's words change.
  await window.js('document.querySelector(".head .seg button:nth-child(3)").click()')
  await window.js('document.querySelector(".cal tbody tr [role=gridcell]").click()')
  await wait('#depth')
  await until('an outcome', () => window.js('return document.querySelector(".out")?.textContent.length > 20'))
  await window.js(`window.took = []; window.edit = (n) => { const out = document.querySelector('.out'), slider = document.querySelector('#depth'), begun = performance.now()
    const seen = new MutationObserver(() => { seen.disconnect(); window.took.push(performance.now() - begun); if (n > 1) setTimeout(() => window.edit(n - 1), 100) })
    seen.observe(out, { subtree: true, childList: true, characterData: true, attributes: true })
    slider.value = String(0.05 + (n * 7 % 30) / 100); slider.dispatchEvent(new Event('input', { bubbles: true })) }; window.edit(9)`)
  const took = (await until('nine answers', () => window.js('return window.took.length >= 9 && window.took'))).toSorted((a, b) => a - b)
  figures.whatIf = took[4]
  check(true, `a what-if is answered in ${took[4].toFixed(0)} ms (median of nine, worst ${took[8].toFixed(0)})`)
  shoot('window-promote')

  await window.click('header button[lang]')
  check(await until('Chinese', () => window.js('return document.documentElement.lang === "zh-CN" && /促销/.test(document.querySelector(".rail").textContent)')), 'it speaks Chinese')
  await window.js('[...document.querySelectorAll("header button")].find(b => /深色|暗/.test(b.textContent)).click()')
  check(await until('the dark', () => window.js('return document.documentElement.dataset.theme === "dark"')), 'and it is dark')
  await sleep(300)
  shoot('window-dark-zh')
  const bad = (await window.js('return document.querySelector("main").innerText')).match(/undefined|NaN|\[object|Infinity/)
  check(!bad, `nothing odd is said${bad ? `: ${bad[0]}` : ''}`)

  const pid = Number(execFileSync('pgrep', ['-f', '-n', `^${program} open --home ${home}$`]).toString())
  figures.memory = memory(pid)
  console.log(`memory: ${figures.memory.own.toFixed(0)} MB of the program, ${figures.memory.all.toFixed(0)} MB with WebKit's ${figures.memory.processes - 1} processes`)

  if (!brief) {
    await window.click('header button[lang]')
    await until('English', () => window.js('return document.documentElement.lang === "en"'))
    await menus(window, made, env, { check, shoot })
  }

  // A second window on the same home.
  const second = spawn(program, ['open', '--home', home], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  second.stderr.on('data', d => (said += d))
  const search = () => execFileSync('xdotool', ['search', '--onlyvisible', '--name', 'in use'], { env, stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim().split('\n').at(-1)
  try {
    const id = await until('a second window', search)
    // A window without its words has one colour.
    await until('its words', () => Number(execFileSync('sh', ['-c', 'import -window "$1" png:- | identify -format %k -', 'sh', id], { env })) > 15)
    check(true, 'a second window on the same home says that another one has it')
  } catch (e) {
    check(false, `${e.message} ${said}`)
  }
  shoot('window-second')
  second.kill()
} catch (e) {
  check(false, e.message)
  shoot('failed-window')
} finally {
  await window?.close()
  display.close()
}
writeFileSync(join(shots, 'window.json'), JSON.stringify(figures) + '\n')
rmSync(made, { recursive: true, force: true, maxRetries: 10 })
end()
