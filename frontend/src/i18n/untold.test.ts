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
import { areas, words } from './said'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const list = fileURLToPath(new URL('./untold.json', import.meta.url))

// The command line speaks English, the networks' files and the page's own calls
// fail by our faults only.
const others = /^(app\/cli|app\/desktop|app\/wasm|core\/nn)\//
// What these wrap is what Gorgonia says of a graph that we built.
const graphs = /^core\/train\/(autoregressive|gan|policynet|ppo|recommend\w*|sequence|tape|vae)\.go$/

const table = tableOf(areas, words)
const calls = /(core\.Errorf\(\s*(?:core\.)?(\w+),\s*|\.\s*WithHint\(\s*|core\.Wrap\([^,()]*(?:\([^()]*\))?,\s*|rd\.fail\(\s*|rd\.empty\(\s*)(?=["`])/g
// Notes, findings and what a step did.
const tells = /(?:(?:[nN]otes|[pP]roblems|[wW]arnings) = append\([^,]*, |\b[Nn]ote\(|\bSay: |\bSay = |\bSay: *func\([^)]*\) string \{\s*return |\bSay = func\([^)]*\) string \{\s*return )(?:fmt\.Sprintf\()?(?=["`])/g

function files(dir: string): string[] {
  return readdirSync(root + dir, { withFileTypes: true }).flatMap(f => f.isDirectory()
    ? f.name === 'testdata' ? [] : files(`${dir}/${f.name}`)
    : /\.go$/.test(f.name) && !/_test\.go$/.test(f.name) ? [`${dir}/${f.name}`] : [])
}

/** format is the text that begins at a place of a Go file; what is joined to its literals by + is %s. */
function format(go: string, at: number): { text: string; end: number } {
  let text = '', depth = 0, value = false, end = at
  for (let i = at; i < go.length; i++) {
    const c = go[i]!
    if (depth === 0 && (/[)\]}]/.test(c) || (/[,\n]/.test(c) && !/\+\s*$/.test(go.slice(at, i))))) {
      end = i
      break
    }
    if (c === '"' || c === '`') {
      let close = i + 1
      while (go[close] !== c) close += c === '"' && go[close] === '\\' ? 2 : 1
      if (!depth) text += c === '`' ? go.slice(i + 1, close) : JSON.parse(go.slice(i, close + 1).replaceAll(/\\x[0-9a-f]{2}/g, '?')) as string
      i = close
    } else if (/[([{]/.test(c)) depth++
    else if (/[)\]}]/.test(c)) depth--
    else if (depth === 0 && /\w/.test(c) && !value) { text += go.startsWith('strconv.Itoa(', i) ? '%d' : '%s'; value = true }
    if (depth === 0 && c === '+') value = false
  }
  return { text, end }
}

/** messages of a Go file: what its calls that make errors and hints say. */
function messages(file: string): string[] {
  const go = readFileSync(root + file, 'utf8')
  const says = (m: RegExpExecArray) => format(go, m.index + m[0].length).text
  return [...go.matchAll(calls)].filter(m => m[2] !== 'Internal' && !(m[1]!.startsWith('core.Wrap') && graphs.test(file))).map(m => (m[1]!.startsWith('core.Wrap') ? `${says(m)}: %s` : says(m).replace(/(?<=[a-z])%w/, '').replace('%w', '%s')))
    .concat([...go.matchAll(tells)].filter(m => !/^,\s*"[^"]*[\u4e00-\u9fff]/.test(go.slice(format(go, m.index + m[0].length).end))).map(says)) // reports bring their Chinese along
}

/** untold says whether a message stays English. */
function untold(format: string): boolean {
  let n = 0
  const text = format.replace(/%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g, (_, v: string) => (v === '%' ? '%' : v === 'd' ? String(++n + 40) : v === 'q' ? `"V${++n}"` : `v${++n}`))
  return /[a-z]{3}/.test(text.replaceAll(/v\d+/g, '')) && / /.test(text) && !/[\u4e00-\u9fff]/.test(tell(text, table))
}

it('leaves no new message without Chinese', () => {
  const now = ['app', 'core', 'store'].flatMap(files).filter(f => !others.test(f)).flatMap(f => [...new Set(messages(f))].filter(untold).map(m => `${f}: ${m}`)).sort()
  if (process.env.UPDATE) writeFileSync(list, `${JSON.stringify(now, null, 1)}\n`)
  const known = JSON.parse(readFileSync(list, 'utf8')) as string[]
  expect(now.filter(m => !known.includes(m)), 'messages without Chinese').toEqual([])
  expect(known.filter(m => !now.includes(m)), 'said by now: take them out of untold.json').toEqual([])
}, 60_000)
