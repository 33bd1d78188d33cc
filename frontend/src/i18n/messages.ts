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
export interface Table { sentences: readonly Known[]; words: Readonly<Record<string, string>> }

const verb = /%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g
const own = (says: string) => says.replace(verb, '').length
const longest = (says: string) => says.replace(verb, (_, v: string) => (v === '%' ? '%' : '\0')).split('\0').reduce((a, b) => (b.length > a.length ? b : a))

/** tableOf makes a table of sentences. The one with most words of its own is tried first: "%s: %s" would take many others for itself. */
export function tableOf(areas: readonly Said[], words: Table['words']): Table {
  const sentences = areas.flatMap(a => Object.values(a).flatMap(folder => Object.entries(folder)))
    .map(([says, zh]) => ({ is: pattern(says), piece: longest(says), own: own(says), zh })).sort((a, b) => b.own - a.own)
  return { sentences, words }
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

/** find is a sentence of the table in Chinese, and how many letters of its own it has. */
function find(table: Table, text: string): { zh: string; own: number } | undefined {
  for (const { is, piece, zh, own } of table.sentences) {
    const m = text.includes(piece) && is.exec(text)
    if (m) return { own, zh: zh.replace(/\{(\d)(\*?)\}/g, (_, n: string, word: string) => {
      const value = m[Number(n)] ?? ''
      return word ? table.words[value] ?? value : value.startsWith('"') ? `“${value.slice(1, -1)}”` : chinese(table, value)
    }) }
  }
  return undefined
}

/** chinese is text where the table knows it; sentences joined by semicolons, and hints in brackets, go one by one. */
function chinese(table: Table, text: string): string {
  const parts = text.replace(/\.$/, '').split('; ').map(p => find(table, p))
  const joined = () => parts.map(p => p!.zh).join('；') + (text.endsWith('.') ? '。' : '')
  const whole = find(table, text), all = parts.every(p => p !== undefined)
  if (all && parts.reduce((n, p) => n + p!.own, 0) > (whole?.own ?? 0)) return joined()
  const [, message, hint] = /^(.+) \((.+)\)$/su.exec(text) ?? []
  const both = hint !== undefined ? [find(table, message!), find(table, hint)] : []
  if (both[0] && both[1] && both[0].own + both[1].own > (whole?.own ?? 0)) return `${both[0].zh}（${both[1].zh}）`
  return whole?.zh ?? text
}

/** tell is what the program says by a table, or in English without one, its percentages and counts written as everywhere else. */
export function tell(text: string, table?: Table): string {
  return (table ? text.split('。').map(s => chinese(table, s)).join('。') : text).replace(/(\d) %/g, '$1%')
    .replace(/["“][^"”]*["”]|(?<=^|[ (])\d{5,}(?=[ ,;)]|$)/g, m => (/^\d/.test(m) ? m.replace(/\B(?=(\d{3})+$)/g, ',') : m))
}
