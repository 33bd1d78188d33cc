// The language in use. zh-CN has the type of en, so a missing key does not
// pass the type check.
import { en } from './en'
import { zhCN } from './zh-CN'
import type { Lang } from './format'

export * from './format'
export { said } from './messages'

type Widen<T> = T extends string ? string
  : T extends (...args: infer A) => string ? (...args: A) => string
  : { [K in keyof T]: Widen<T[K]> }
export type Words = Widen<typeof en>

class I18n {
  lang = $state<Lang>('en')
  readonly t: Words = $derived(this.lang === 'zh-CN' ? zhCN : en)

  use(lang: Lang): void {
    this.lang = lang
    document.documentElement.lang = lang
  }
}

export const i18n = new I18n()

/** word looks up a name that comes from the program; unknown names stay as they are. */
export const word = (names: Record<string, string>, key: string): string => names[key] ?? key
