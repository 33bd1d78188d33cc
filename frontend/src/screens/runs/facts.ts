// What is known of an entry of the logbook, as lines of a table.
import type { Entry } from '../../backend'
import { duration, i18n, nf, pct, signed } from '../../i18n/index.svelte'

/** fact is one thing known; "" is as usual. */
export type Facts = Map<string, string>

/** facts are how an entry came about: choices, data, machine. */
export function facts(e: Entry, what: string): Facts {
  const r = i18n.t.shell.runs, out: Facts = new Map()
  const put = (key: string, value: string) => { if (value) out.set(named(key), value) }
  put('what', what)
  put('dataset', e.dataset)
  put('seed', e.seed ? String(e.seed) : '')
  for (const [key, value] of Object.entries(e.choices)) if (key !== 'engine' && key !== 'seed') put(key, value)
  put('data', print(e.data))
  put('machine', e.machine ? `${r.machineIs(e.machine.system, e.machine.engine, e.machine.threads)}, ${r.version(e.machine.version)}` : '')
  put('result', print(e.result))
  return out
}

/** named is a choice by its path, such as gan.width, in words. */
export const named = (key: string): string => { const word = i18n.t.shell.runs.words[key.replaceAll('.', '_')]; return word ?? key }

/** print writes a SHA-256 as people compare it. */
export const print = (sum: string): string => (sum ? `${sum.slice(0, 4)} ${sum.slice(4, 8)} ${sum.slice(8, 12)}` : '')

/** figure writes a score as its kind asks for. */
export function figure(key: string, x: number | undefined): string {
  if (x === undefined) return '–'
  if (key === 'copies') return nf(x)
  if (key === 'recall' || key === 'dcr' || key === 'model' || key === 'spreadsheet') return pct(x, 1)
  if (key.startsWith('profit') || key === 'units') return signed(x)
  return key === 'spent' ? nf(x) : nf(x, 3)
}

/** Whether more is better; null where neither is. */
export const better = (key: string): boolean | null =>
  ['overall', 'shape', 'trend', 'tstr', 'recall', 'ndcg', 'profit', 'profitLo'].includes(key) ? true : ['model', 'copies', 'c2st', 'dcr', 'spent'].includes(key) ? false : null

export const took = (e: Entry): string => (e.seconds ? duration(e.seconds, i18n.lang) : '–')
