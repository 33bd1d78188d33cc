// Numbers as people read them: grouped, with a true minus sign, fractions as
// percent, at most the digits that carry meaning.

export type Lang = 'en' | 'zh-CN'

// One formatter for each number of digits: making them is what takes time,
// and a slider writes hundreds of numbers for each of its steps.
const fixed = Array.from({ length: 7 }, (_, d) => new Intl.NumberFormat('en-GB', { minimumFractionDigits: d, maximumFractionDigits: d }))
const loose = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 6 })

/** How numbers, dates and money are written, as the settings say; empty is as it is usual here. */
export interface Forms { numbers: string; dates: string; money: string }

const usual: Forms = { numbers: '', dates: '', money: '' }
let forms = usual, group = ',', point = '.'

/** writeAs makes everything below go by the forms from now on. */
export function writeAs(f: Forms): void {
  forms = f
  const m = /^1(.?)234(.)5$/.exec(f.numbers)
  group = m ? (m[1] === ' ' ? '\u202f' : m[1] ?? '') : ','
  point = m?.[2] ?? '.'
}

const mark = (s: string) => (group === ',' && point === '.' ? s : s.replace(/[.,]/g, c => (c === ',' ? group : point)))
const minus = (s: string) => mark(s.replace('-', '−'))

/** nf writes x with d digits after the point; "–" when it is not a number. */
export function nf(x: number | null | undefined, d = 0): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–'
  const rounded = Number(x.toFixed(d))
  return minus((fixed[d] ?? loose).format(Object.is(rounded, -0) ? 0 : rounded))
}

/** count writes so many of something, in English: 1 row, 2 rows. */
export const count = (n: number, one: string, many = one + 's'): string => `${nf(n)} ${n === 1 ? one : many}`

/** sig writes x with at most three significant digits and no needless zeros. */
export function sig(x: number): string {
  if (!Number.isFinite(x)) return '–'
  if (Math.abs(x) >= 1000) return nf(x)
  return minus(loose.format(Number(x.toPrecision(3))))
}

/** pct writes a fraction in [0, 1] as percent. */
export const pct = (x: number | null | undefined, d = 0): string =>
  x === null || x === undefined || !Number.isFinite(x) ? '–' : nf(x * 100, d) + '%'

/** signed is nf with a plus sign before gains. */
export const signed = (x: number, d = 0): string => (Number(x.toFixed(d)) > 0 ? '+' : '') + nf(x, d)

/** short writes 1,283,898 as 1.28M (128万 in Chinese). */
export function short(x: number, lang: Lang): string {
  const a = Math.abs(x)
  if (lang === 'zh-CN') {
    if (a >= 1e8) return sig(Number((x / 1e8).toPrecision(3))) + '亿'
    if (a >= 1e5) return sig(Number((x / 1e4).toPrecision(3))) + '万'
    return nf(x)
  }
  if (a >= 1e6) return minus((x / 1e6).toPrecision(3)) + 'M'
  if (a >= 1e5) return minus((x / 1e3).toPrecision(3)) + 'k'
  return nf(x)
}

/** inRows writes so many rows in Chinese, counted or written short: 319 万行, 30,904 行. */
export const inRows = (n: number | string): string => `${(typeof n === 'string' ? n : short(n, 'zh-CN')).replace(/(?=[万亿]$)|(?<=\d)$/, ' ')}行`

/** axis writes a tick: 0, 250, 1.5k, 20k, 3M. */
export function axis(x: number): string {
  const a = Math.abs(x)
  if (a >= 1e6) return sig(x / 1e6) + 'M'
  if (a >= 1e4) return sig(x / 1e3) + 'k'
  return sig(x)
}

/** money has no decimals from 100 up, and the sign that the settings give it. */
export function money(x: number): string {
  const s = nf(x, Math.abs(x) >= 100 || x === 0 ? 0 : 2)
  if (!forms.money || s === '–') return s
  const sign = /\p{L}$/u.test(forms.money) ? forms.money + ' ' : forms.money
  return s.startsWith('−') ? '−' + sign + s.slice(1) : sign + s
}

const two = (n: number) => String(n).padStart(2, '0')

/** date writes the day of a moment in numbers, as the settings say; "" where they say nothing. */
export function date(d: Date): string {
  const y = String(d.getFullYear()), m = two(d.getMonth() + 1), day = two(d.getDate())
  return { iso: `${y}-${m}-${day}`, dmy: `${day}/${m}/${y}`, mdy: `${m}/${day}/${y}` }[forms.dates] ?? ''
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  if (n < 1e6) return `${sig(n / 1e3)} kB`
  if (n < 1e9) return `${sig(n / 1e6)} MB`
  return `${sig(n / 1e9)} GB`
}

/** duration in words, rounded to what matters. */
export function duration(seconds: number, lang: Lang): string {
  const zh = lang === 'zh-CN'
  if (seconds < 10) return zh ? `${sig(Number(seconds.toFixed(1)))} 秒` : `${sig(Number(seconds.toFixed(1)))} s`
  const s = Math.round(seconds)
  if (s < 60) return zh ? `${s} 秒` : `${s} s`
  const m = Math.floor(s / 60), rest = s < 600 ? Math.round((s % 60) / 10) * 10 % 60 : 0
  if (s < 3600) return zh ? `${m} 分${rest ? ` ${rest} 秒` : '钟'}` : `${m} min${rest ? ` ${rest} s` : ''}`
  return zh ? `${Math.floor(m / 60)} 小时 ${m % 60} 分` : `${Math.floor(m / 60)} h ${m % 60} min`
}

/** when writes a time of the past as it is spoken of today. */
export function when(iso: string, lang: Lang, now = new Date()): string {
  const d = new Date(iso)
  if (!(d.getFullYear() > 1970)) return '–'
  const clock = d.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (d.toDateString() === now.toDateString()) return lang === 'zh-CN' ? `今天 ${clock}` : `today ${clock}`
  const written = date(d)
  if (written) return written
  const year = d.getFullYear() === now.getFullYear() ? undefined : 'numeric' as const
  return d.toLocaleDateString(lang === 'zh-CN' ? 'zh-CN' : 'en-GB', { day: 'numeric', month: lang === 'zh-CN' ? 'long' : 'short', year })
}

/** sentence begins with a capital, unless with a name such as till.csv: messages of the program may stand inside a line, or alone. */
export const sentence = (s: string): string => s.replace(/^[a-z](?=[a-z']*([\s,;:]|$))/, c => c.toUpperCase())

/** day writes an ISO date of a week as "25.5" ("5.25" in Chinese), and "week 41" as "W41". */
export function day(label: string, lang: Lang = 'en'): string {
  const m = /^(\d{4})-(\d\d)-(\d\d)/.exec(label)
  if (m && forms.dates) return { iso: `${m[2]}-${m[3]}`, dmy: `${m[3]}/${m[2]}`, mdy: `${m[2]}/${m[3]}` }[forms.dates] ?? label
  if (m && lang === 'zh-CN') return `${Number(m[2])}.${Number(m[3])}`
  return m ? `${Number(m[3])}.${Number(m[2])}` : label.replace(/^week (\d+)$/, 'W$1')
}
