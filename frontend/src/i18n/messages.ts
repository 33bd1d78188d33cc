// What the program says, in Chinese. The program writes English sentences with
// names and values in them; a table made of said/ knows the sentences that
// people meet and leaves names and values as they are. What it does not know
// stays English.

/**
 * Said holds sentences by the folder of the program that says them, as Go
 * formats them there, each with the same in Chinese: {1} is the first value,
 * {1*} the same if it is one of the program's own words, such as a kind. A sentence stands once, however many folders say it.
 */
export type Said = Readonly<Record<string, Readonly<Record<string, string>>>>

interface Known { is: RegExp; piece: string; own: number; zh: string } // piece is the longest of its own
export interface Table { sentences: readonly Known[]; words: Readonly<Record<string, string>>; told: Map<string, Told> } // told is what was asked before

const verb = /%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g
const own = (says: string) => says.replace(verb, '').length
const longest = (says: string) => says.replace(verb, (_, v: string) => (v === '%' ? '%' : '\0')).split('\0').reduce((a, b) => (b.length > a.length ? b : a))

/** tableOf makes a table of sentences. The one with most words of its own is tried first: "%s: %s" would take many others for itself. */
export function tableOf(areas: readonly Said[], words: Table['words']): Table {
  const sentences = areas.flatMap(a => Object.values(a).flatMap(folder => Object.entries(folder)))
    .map(([says, zh]) => ({ is: pattern(says), piece: longest(says), own: own(says), zh })).sort((a, b) => b.own - a.own)
  return { sentences, words, told: new Map() }
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

function find(table: Table, text: string): Told | undefined {
  for (const { is, piece, zh, own } of table.sentences) {
    const m = text.includes(piece) && is.exec(text)
    if (!m) continue
    let knew = own
    const told = zh.replace(/\{(\d)(\*?)\}/g, (_, n: string, word: string) => {
      const value = m[Number(n)] ?? ''
      if (word) return table.words[value] ?? value
      if (value.startsWith('"')) return value.replace(/"((?:[^"\\]|\\.)*)"(?:, (?="))?/g, (all, name: string) => `“${name}”${all.endsWith(' ') ? '、' : ''}`)
      const inner = chinese(table, value)
      knew += inner.knew
      return inner.zh
    })
    return { zh: told, knew }
  }
  return undefined
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
