// The language in use. zh-CN has the type of en, so a missing key does not
// pass the type check.
import { en } from './en'
import { tableOf, tell, type Table } from './messages'
import { zhCN } from './zh-CN'
import { day as dayOf, type Lang } from './format'

export * from './format'

type Widen<T> = T extends string ? string
  : T extends (...args: infer A) => string ? (...args: A) => string
  : { [K in keyof T]: Widen<T[K]> }
export type Words = Widen<typeof en>

class I18n {
  lang = $state<Lang>('en')
  readonly t: Words = $derived(this.lang === 'zh-CN' ? zhCN : en)
  sentences = $state.raw<Table>() // what the program says, in Chinese: a file of its own, which English does not load

  use(lang: Lang): void {
    this.lang = lang
    document.documentElement.lang = lang
    if (lang === 'zh-CN' && !this.sentences) void import('./said').then(({ areas, words }) => { this.sentences ??= tableOf(areas, words) }, () => { /* the program's sentences stay English */ })
  }
}

export const i18n = new I18n()

/** day is a day or week in the language of the page. */
export const day = (label: string): string => dayOf(label, i18n.lang)

/** said is a sentence of the program in the language of the page. */
export const said = (text: string, lang: Lang): string => tell(text, lang === 'zh-CN' ? i18n.sentences : undefined)

/** joined puts sentences behind each other: in Chinese without a space. */
export const joined = (...sentences: (string | false | 0 | null | undefined)[]): string => sentences.filter(Boolean).join(i18n.lang === 'en' ? ' ' : '')

/** word looks up a name that comes from the program; unknown names stay as they are. */
export const word = (names: Record<string, string>, key: string): string => names[key] ?? key
