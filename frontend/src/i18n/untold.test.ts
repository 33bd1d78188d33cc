// @vitest-environment node
// Every message of the program that a person may read is said in Chinese.
// What is missing goes into the area of said/ that it belongs to.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { tableOf, tell } from './messages'
import { areas, words } from './said'

const root = fileURLToPath(new URL('../../../', import.meta.url))

// The command line speaks English, the page's own calls fail by our faults only.
const others = /^(app\/cli|app\/desktop|app\/wasm)\//
// What these wrap is what Gorgonia says of a graph that we built.
const graphs = /^core\/train\/(autoregressive|gan|policynet|ppo|recommend\w*|sequence|tape|vae)\.go$/

const table = tableOf(areas, words)
const calls = /(core\.Errorf\(\s*(?:core\.)?(\w+),\s*|\.\s*WithHint\(\s*|core\.Wrap\([^,()]*(?:\([^()]*\))?,\s*|rd\.(?:fail|empty)\(\s*|jsonBroken\(b,\s*|\bexpressionError\([^,"]*,\s*|\b(?:broken|damaged)\(\s*|\brefuse\(w, http\.\w+,\s*|\bMessage:\s*)(?=["`]|\w[\w.]* \+ ")/g
// Notes, findings and what a step did.
const tells = /(?:(?:[nN]otes|[pP]roblems|[wW]arnings) = append\([^,]*, |\b[Nn]ote\(|\.warn\(|\badd\("[a-z]+", [^,]*,\s*|[wW]hy = append\([^,]*,\s*|(?:missing|why|note) :?= (?=")|\bSay: |\bSay = |\bSay: *func\([^)]*\) string \{\s*return |\bSay = func\([^)]*\) string \{\s*return )(?:fmt\.Sprintf\()?(?=["`])/g

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

const verb = /%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g
const plain = (says: string) => says.replaceAll(verb, (_, v: string) => (v === '%' ? '%' : '%s'))
const known = new Set([...areas.flatMap(a => Object.values(a).flatMap(Object.keys)), ...Object.keys(words)].map(plain))

/** untold says whether a message, or some of its words, stays English. */
function untold(format: string): boolean {
  if (/^%s is %[gv]$/.test(format)) return false // its subjects are known one by one
  if (known.has(plain(format)) || known.has(plain(format.replace(/\.$/, '')))) return false
  let n = 0
  const text = format.replace(verb, (_, v: string) => (v === '%' ? '%' : v === 'd' ? String(++n + 40) : v === 'q' ? `"V${++n}"` : `v${++n}`))
  return / /.test(text) && /(?<!\w)[a-z]{2,}/.test(tell(text, table))
}

it('leaves no message without Chinese', () => {
  const all = ['app', 'core', 'store'].flatMap(files).filter(f => !others.test(f)).flatMap(f => [...new Set(messages(f))].map(says => ({ f, says })))
  expect(all.length).toBeGreaterThan(1200) // it still finds them
  expect(all.filter(m => untold(m.says)).map(m => `${m.f}: ${m.says}`)).toEqual([])
}, 60_000)
