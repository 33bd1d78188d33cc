// Steps as people say them, and what a step is begun with.
import type { ColumnProfile, Effect, Profile, Step, StepInput, StepKind } from '../../backend'
import { nf, short, sig, word, type Lang, type Words } from '../../i18n/index.svelte'

const listed = (names: string[], lang: Lang, most = 4) => {
  const shown = names.slice(0, most).join(lang === 'en' ? ', ' : '、')
  return names.length > most ? `${shown} ${lang === 'en' ? `and ${names.length - most} more` : `等 ${names.length} 项`}` : shown
}

/** fieldWord names a field of a kind of step, choiceWord one of the things it may be. */
export const fieldWord = (kind: string, name: string, t: Words): string => t.prepare.fields[`${kind}_${name}`] ?? t.prepare.fields[name] ?? name.replaceAll('_', ' ')
export const choiceWord = (kind: string, name: string, t: Words): string => t.prepare.choices[`${kind}_${name}`] ?? t.prepare.choices[name] ?? name

/** title names what a step does. */
export const title = (step: Step, t: Words): string => t.prepare.titles[step.do] ?? step.do.replaceAll('_', ' ')

function value(kind: string, v: unknown, input: StepInput | undefined, t: Words, lang: Lang): string {
  if (Array.isArray(v)) return listed(v.map(x => (input?.choices ? choiceWord(kind, String(x), t) : String(x))), lang)
  if (typeof v === 'object' && v !== null) return listed(Object.entries(v).map(([a, b]) => typeof b === 'object' ? a : `${a} → ${String(b)}`), lang, 3)
  if (typeof v === 'number') return Number.isInteger(v) ? nf(v) : sig(v)
  if (input?.choices) return choiceWord(kind, String(v), t)
  return String(v)
}

/** detail says what the step is about, behind its title. */
export function detail(step: Step, kind: StepKind | undefined, t: Words, lang: Lang): string {
  const has = (k: string) => step[k] !== undefined && step[k] !== '' && step[k] !== false
  const list = (k: string) => listed((step[k] as string[] | undefined) ?? [], lang)
  const gap = lang === 'en' ? ', ' : '，'
  const rest = (...without: string[]) => (kind?.inputs ?? []).filter(i => has(i.name) && !without.includes(i.name)).map(i => {
    const label = fieldWord(step.do, i.name, t)
    if (i.type === 'truth') return lang === 'en' ? label.toLowerCase() : label
    if (i.type === 'columns' || i.type === 'expression' || i.type === 'table' || i.type === 'tables' || i.choices || i.name === 'as') return value(step.do, step[i.name], i, t, lang)
    return `${lang === 'en' ? label.toLowerCase() : label} ${value(step.do, step[i.name], i, t, lang)}`
  }).join(gap)
  const join = (...parts: string[]) => parts.filter(Boolean).join(gap)
  switch (step.do) {
    case 'derive': return `${String(step['as'] ?? '')} = ${String(step['expr'] ?? '')}`
    case 'filter': return String(step['where'] ?? '')
    case 'rename': return value(step.do, step['names'] ?? {}, undefined, t, lang)
    case 'join': return join(`${String(step['table'] ?? '')}${has('on') ? ` ${t.prepare.byKeys(list('on'))}` : ''}`, rest('table', 'on', 'how'), step['how'] === 'inner' ? t.prepare.onlyMatched : '')
    case 'fill': {
      const with_ = step['with'] === 'constant' ? String(step['value'] ?? '') : word(t.prepare.choices, String(step['with'] ?? ''))
      return join(`${list('columns')} ${lang === 'en' ? 'with' : '填'} ${with_}`, rest('columns', 'with', 'value'))
    }
    case 'repair': return join(`${list('columns')} ${lang === 'en' ? 'to' : '→'} ${word(t.prepare.choices, String(step['to'] ?? ''))}`, rest('columns', 'to'))
    case 'drop_duplicates': case 'drop_missing': return join(has('columns') ? list('columns') : step.do === 'drop_missing' ? t.prepare.anyColumn : t.prepare.columnsAll, rest('columns'))
  }
  return rest()
}

/** outcome is the short mark at a step's right: what it added, took away or changed. */
export function outcome(e: Effect, scale: number, t: Words, lang: Lang): { text: string; loss: boolean } {
  const w = t.prepare, rows = (e.rowsAfter - e.rowsBefore) * scale, columns = e.columnsAfter - e.columnsBefore
  const big = (n: number) => (scale > 1 ? w.about(short(round(n), lang)) : short(n, lang))
  if (rows < 0) return { text: w.minusRows(big(-rows)), loss: true }
  if (columns > 0) return { text: w.plusColumns(columns), loss: false }
  if (columns < 0) return { text: w.minusColumns(-columns), loss: true }
  if (rows > 0) return { text: w.plusRows(big(rows)), loss: false }
  if (e.cellsChanged > 0) return { text: w.cells(big(e.cellsChanged * scale)), loss: false }
  return { text: w.noChange, loss: false }
}

/** round an estimate to two digits: more would be made up. */
export const round = (n: number): number => Number(n.toPrecision(2))

/** fresh is a step of that kind before anything is filled in. */
export function fresh(kind: StepKind): Step {
  const step: Step = { do: kind.do }
  for (const i of kind.inputs ?? []) if (i.needed && i.choices?.length && i.type === 'text') step[i.name] = i.choices[0]
  return step
}

export interface Suggestion { step: Step; why: string }

/** suggest says what a profile asks for: repairs first, then doubles, gaps and outliers. */
export function suggest(profile: Profile, known: Set<string>): Suggestion[] {
  const out: Suggestion[] = []
  const add = (step: Step, why: string) => { if (known.has(step.do)) out.push({ step, why }) }
  for (const c of profile.columns) for (const s of mend(c, profile.rows)) add(s.step, s.why)
  const rank = ['drop_duplicates', 'repair', 'fill', 'clip']
  if ((profile.repeated ?? 0) > 0) add({ do: 'drop_duplicates' }, '')
  return out.sort((a, b) => rank.indexOf(a.step.do) - rank.indexOf(b.step.do)).slice(0, 8)
}

/** mend is what one column asks for, and the sentence of the profile that says so. */
export function mend(c: ColumnProfile, rows: number): Suggestion[] {
  const out: Suggestion[] = []
  for (const p of c.problems ?? []) {
    if (p.includes('repair the column to number')) out.push({ step: { do: 'repair', columns: [c.name], to: 'number', ...(p.includes('decimal comma') ? { decimal: ',' } : {}) }, why: p })
    else if (p.includes('repair the column to date') || p.includes('Day and month')) out.push({ step: { do: 'repair', columns: [c.name], to: 'date' }, why: p })
    else if (p.includes('if goods came back')) out.push({ step: { do: 'filter', where: `coalesce(\`${c.name}\`, 0) >= 0` }, why: p })
    else if (p.includes('look for outliers')) out.push({ step: { do: 'clip', columns: [c.name], iqr: 3 }, why: p })
  }
  if (c.missing > 0 && c.missing < rows && c.role !== 'key' && c.kind === 'number' && !out.length) out.push({ step: { do: 'fill', columns: [c.name], with: 'median' }, why: (c.problems ?? []).find(p => p.includes('missing')) ?? '' })
  return out
}
