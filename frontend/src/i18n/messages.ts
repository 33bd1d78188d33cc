// What the program says, in Chinese. The program writes English sentences with
// names and values in them; a table made of said/ knows the sentences that
// people meet and leaves names and values as they are. What it does not know
// stays English.

/**
 * Said holds sentences by the folder of the program that says them, as Go
 * formats them there, each with the same in Chinese: {1} is the first value,
 * {1*} the same if it is one of the program's own words, such as a kind. A
 * sentence stands once, however many folders say it.
 */
export type Said = Readonly<Record<string, Readonly<Record<string, string>>>>

interface Known { is: RegExp; own: number; zh: string } // own letters, without those of values
export interface Table {
  by: ReadonlyMap<string, readonly Known[]> // sentences by the word of theirs that is rarest among all; by "" those without one
  words: Readonly<Record<string, string>>
  told: Map<string, Told> // what was asked before
}

const verb = /%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g
const tokens = (text: string): string[] => text.match(/(?<![\w\0])[A-Za-z]\w*(?![\w\0])/g) ?? []

/** tableOf makes a table of sentences. */
export function tableOf(areas: readonly Said[], words: Table['words']): Table {
  const sentences = areas.flatMap(a => Object.values(a).flatMap(folder => Object.entries(folder)))
    .map(([says, zh]) => ({ tokens: tokens(says.replace(verb, (_, v: string) => (v === '%' ? '%' : '\0'))), known: { is: pattern(says), own: says.replace(verb, '').length, zh } }))
  const count = new Map<string, number>(), by = new Map<string, Known[]>()
  for (const w of sentences.flatMap(s => [...new Set(s.tokens)])) count.set(w, (count.get(w) ?? 0) + 1)
  for (const s of sentences) {
    const rarest = s.tokens.reduce((a, w) => (a && count.get(a)! <= count.get(w)! ? a : w), '')
    by.set(rarest, [...by.get(rarest) ?? [], s.known])
  }
  return { by, words, told: new Map() }
}

/** pattern takes what Go makes of a format: %q is a quoted text, %d a count, other verbs are anything. */
function pattern(says: string): RegExp {
  let at = 0, is = ''
  const literal = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  for (const m of says.matchAll(verb)) {
    is += literal(says.slice(at, m.index)) + (m[1] === '%' ? '%' : m[1] === 'q' ? '("(?:[^"\\\\]|\\\\.)*")' : m[1] === 'd' ? '(-?[\\d,]+)' : '(.+?)')
    at = m.index + m[0].length
  }
  return new RegExp(`^${is}${literal(says.slice(at))}$`, 'su')
}

/** Told is a text in Chinese, and how many letters of it the table knew. */
interface Told { zh: string; knew: number }

const quoted = /^"(?:[^"\\]|\\.)*"(?:, "(?:[^"\\]|\\.)*")*$/u

/** find is the reading of text as one sentence that knows most of it. */
function find(table: Table, text: string): Told | undefined {
  let best: Told | undefined, most = 0
  for (const { is, own, zh } of ['', ...new Set(tokens(text))].flatMap(w => table.by.get(w) ?? [])) {
    const m = is.exec(text)
    if (!m) continue
    let knew = own
    const told = zh.replace(/\{(\d)(\*?)\}/g, (_, n: string, word: string) => {
      const value = m[Number(n)] ?? ''
      if (word) return table.words[value] ?? value
      if (quoted.test(value)) return value.replace(/"((?:[^"\\]|\\.)*)"(?:, (?="))?/g, (all, name: string) => `“${name}”${all.endsWith(' ') ? '、' : ''}`)
      const inner = chinese(table, value)
      knew += inner.knew
      return inner.zh
    })
    if (!best || knew > best.knew || (knew === best.knew && own > most)) [best, most] = [{ zh: told, knew }, own]
  }
  return best
}

/** chinese is text where the table knows it: as one sentence, as sentences joined by semicolons, or as one with its hint in brackets, whichever it knows more of. */
function chinese(table: Table, text: string): Told {
  const before = table.told.get(text)
  if (before) return before
  let best = find(table, text) ?? { zh: text, knew: 0 }
  const take = (parts: (Told | undefined)[], say: (zh: string[]) => string) => {
    if (!parts.every(p => p !== undefined)) return
    const knew = parts.reduce((n, p) => n + p.knew, 0)
    if (knew > best.knew) best = { zh: say(parts.map(p => p.zh)), knew }
  }
  take(text.replace(/\.$/, '').split('; ').map(p => find(table, p)), zh => zh.join('；') + (text.endsWith('.') ? '。' : ''))
  const [, message, hint] = /^(.+) \((.+)\)$/su.exec(text) ?? []
  if (hint !== undefined) take([find(table, message!), find(table, hint)], zh => `${zh[0]}（${zh[1]}）`)
  if (table.told.size > 2000) table.told.clear()
  table.told.set(text, best)
  return best
}

/** tell is what the program says by a table, or in English without one, its percentages and counts written as everywhere else. */
export function tell(text: string, table?: Table): string {
  return (table ? text.split('。').map(s => chinese(table, s).zh).join('。') : text).replace(/(\d) %/g, '$1%')
    .replace(/["“][^"”]*["”]|(?<=^|[ (])\d{5,}(?=[ ,;)]|$)/g, m => (/^\d/.test(m) ? m.replace(/\B(?=(\d{3})+$)/g, ',') : m))
}
