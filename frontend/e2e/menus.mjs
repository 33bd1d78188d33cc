// The part of the walk through the real window that only a window has: its own
// menus, worked by hand and keys, and the way to move the data, whose folder is
// chosen in the system's dialog.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep, until } from './driver.mjs'
import { root } from './tally.mjs'

const screens = ['start', 'data', 'prepare', 'synthesize', 'quality', 'recommend', 'promote', 'export', 'runs', 'settings']
const bar = { go: 99, view: 140, help: 187 } // px from the left, within the words of both languages: the menus speak the one that the window was started with

/** menus goes over the window's menus and moves to the folder made; shoot and check are the walk's. The page must speak English. */
export async function menus(window, made, env, { check, shoot }) {
  const hand = (...args) => execFileSync('xdotool', args.map(String), { env })
  /** choose opens a menu and takes its nth entry, from 1. */
  const choose = async (menu, n) => {
    hand('mousemove', bar[menu], 12, 'click', 1)
    await sleep(250)
    hand('key', '--delay', 30, ...Array.from({ length: n }, () => 'Down'), 'Return')
  }
  const wrong = []
  for (const [i, name] of screens.entries()) {
    await choose('go', i + 1)
    await until(`the menu's ${name}`, () => window.js('return location.hash.startsWith("#" + arguments[0])', name), 5000).catch(e => wrong.push(e.message))
  }
  check(wrong.length === 0, `the menu Go leads to every screen${wrong.length ? `: ${wrong.join('; ')}` : ''}`)
  await choose('help', 1)
  await until('the keys', () => window.js('return document.querySelector("dialog[open] kbd") !== null'), 5000)
  await window.js('document.querySelector("dialog[open] .close button").click()')
  await choose('view', 3)
  await until('all jobs', () => window.js('return document.querySelector(".tray .all") !== null'), 5000)
  check(true, 'Help shows the keys, View the jobs')
  hand('mousemove', bar.go, 12, 'click', 1)
  await sleep(250)
  shoot('window-menu')
  hand('key', 'Escape')

  // Moving the data: the folder comes from the system's dialog; what would happen is said, nothing is moved.
  const folder = join(made, 'elsewhere')
  mkdirSync(folder)
  await window.js('location.hash = "#settings/" + (location.hash.split("/")[1] ?? "")')
  await until('the button', () => window.js('const b = [...document.querySelectorAll("main button")].find(b => /Move/.test(b.textContent)); if (b) setTimeout(() => b.click()); return b !== undefined'))
  await until('the folder dialog', () => execFileSync('xdotool', ['search', '--onlyvisible', '--class', 'shoptwin'], { env }).toString().trim().split('\n').length > 1, 10_000).catch(() => undefined)
  await sleep(700)
  hand('type', '/') // has the dialog take a path
  await sleep(700)
  hand('key', 'End')
  hand('type', '--delay', 15, folder.slice(1))
  await sleep(500)
  hand('key', 'Return')
  const text = await until('what moving means', () => window.js('const d = document.querySelector("dialog[open]"); return d?.querySelector("table") ? d.innerText : ""'), 10_000)
  check(text.includes(folder) && !/undefined|NaN/.test(text), `moving says from where, to where and how much: ${text.replace(/\s+/g, ' ').slice(0, 160)}`)
  shoot('window-move')
  const axe = readFileSync(join(root, 'frontend/node_modules/axe-core/axe.min.js'), 'utf8')
  await window.js(`${axe}; axe.run(document, { resultTypes: ['violations'] }).then(r => { window.axeFound = r.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')) })`)
  const found = await until('axe', () => window.js('return window.axeFound && { list: window.axeFound }'))
  check(found.list.length === 0, `axe has nothing serious against moving${found.list.length ? `: ${found.list.join('; ')}` : ''}`)
  await window.js('[...document.querySelectorAll("dialog[open] button")].find(b => /Cancel/.test(b.textContent)).click()')
  await until('no dialog', () => window.js('return document.querySelector("dialog[open]") === null'))
}
