// @vitest-environment node
// Every message of the program that a person may read is said in Chinese, but
// for those in untold.json, which were there before this test and may only
// become fewer. New ones: add a sentence to the area in said/.
//
//   UPDATE=1 npx vitest run src/i18n/untold.test.ts   takes out what is said by now
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { tableOf, tell } from './messages'
import { areas } from './said'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const list = fileURLToPath(new URL('./untold.json', import.meta.url))

// The command line speaks English, the networks' files and the page's own calls
// fail by our faults only.
const others = /^(app\/cli|app\/desktop|app\/wasm|core\/nn)\//

const table = tableOf(areas)
const literal = '("(?:[^"\\\\\\n]|\\\\.)*"|`[^`]*`)'
const calls = new RegExp(`(core\\.Errorf\\(\\s*core\\.(\\w+),\\s*|\\.WithHint\\(\\s*|core\\.Wrap\\([^,()]*(?:\\([^()]*\\))?,\\s*|rd\\.fail\\(\\s*|rd\\.empty\\(\\s*)${literal}`, 'g')
// Notes, findings and what a step did.
const tells = new RegExp(`(?:(?:[nN]otes|[pP]roblems|[wW]arnings) = append\\([^,]*, |\\b[Nn]ote\\(|\\bSay: |\\bSay = |\\bSay: *func\\([^)]*\\) string \\{\\s*return |\\bSay = func\\([^)]*\\) string \\{\\s*return )(?:fmt\\.Sprintf\\()?${literal}`, 'g')

function files(dir: string): string[] {
  return readdirSync(root + dir, { withFileTypes: true }).flatMap(f => f.isDirectory()
    ? f.name === 'testdata' ? [] : files(`${dir}/${f.name}`)
    : /\.go$/.test(f.name) && !/_test\.go$/.test(f.name) ? [`${dir}/${f.name}`] : [])
}

/** messages of a Go file: what its calls that make errors and hints begin with. */
function messages(file: string): string[] {
  const go = readFileSync(root + file, 'utf8')
  const read = (quoted: string) => quoted.startsWith('`') ? quoted.slice(1, -1) : JSON.parse(quoted.replaceAll(/\\x[0-9a-f]{2}/g, '?')) as string
  return [...go.matchAll(calls)].filter(m => m[2] !== 'Internal').map(m => {
    const text = read(m[3]!)
    return m[1]!.startsWith('core.Wrap') ? `${text}: %s` : text.replace('%w', '%s')
  }).concat([...go.matchAll(tells)].map(m => read(m[1]!)).map(text => (text.endsWith(' ') ? `${text}%s.` : text)))
}

/** untold says whether a message stays English. */
function untold(format: string): boolean {
  let n = 0
  const text = format.replace(/%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g, (_, v: string) => (v === '%' ? '%' : v === 'd' ? String(++n + 40) : v === 'q' ? `"V${++n}"` : `v${++n}`))
  return /[a-z]{3}/.test(text.replaceAll(/v\d+/g, '')) && !/[\u4e00-\u9fff]/.test(tell(text, table))
}

it('leaves no new message without Chinese', () => {
  const now = ['app', 'core', 'store'].flatMap(files).filter(f => !others.test(f)).flatMap(f => [...new Set(messages(f))].filter(untold).map(m => `${f}: ${m}`)).sort()
  if (process.env.UPDATE) writeFileSync(list, `${JSON.stringify(now, null, 1)}\n`)
  const known = JSON.parse(readFileSync(list, 'utf8')) as string[]
  expect(now.filter(m => !known.includes(m)), 'messages without Chinese').toEqual([])
  expect(known.filter(m => !now.includes(m)), 'said by now: take them out of untold.json').toEqual([])
}, 60_000)
