// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { en } from './en'
import { zhCN } from './zh-CN'

type Tree = { [key: string]: Tree | string | ((...args: never[]) => string) }

const paths = (t: Tree, at = ''): string[] => Object.entries(t).flatMap(([k, v]) => (typeof v === 'object' ? paths(v, `${at}${k}.`) : [at + k]))
const leaf = (t: Tree, path: string) => path.split('.').reduce<unknown>((o, k) => (o as Tree)[k], t)

const sample: Record<number, unknown> = { 0: 1234, 1: 56, 2: 7, 3: 8, 4: 9, 5: 10 }
const say = (v: unknown): string => (typeof v === 'function' ? String((v as (...a: unknown[]) => unknown)(...Array.from({ length: v.length }, (_, i) => sample[i]))) : String(v))

it('both languages have the same words', () => {
  expect(paths(zhCN as unknown as Tree)).toEqual(paths(en as unknown as Tree))
})

it('every word says something', () => {
  for (const t of [en, zhCN]) {
    const empty = paths(t as unknown as Tree).filter(p => say(leaf(t as unknown as Tree, p)) === '' && !/titles\.[BC]$/.test(p))
    expect(empty).toEqual([])
  }
})

it('Chinese is Chinese, but for names', () => {
  const same = /^(GAN|GF-CF|UP-CF|TIFU-KNN|LightGCN|Parquet|Excel|JSON Lines|SQLite|DuckDB|Epsilon|Shoptwin [\d,]+|Switch to English|Ctrl.*|Esc|[?]|[A-Z\d ]*)$/
  const left = paths(zhCN as unknown as Tree).filter(p => {
    const v = say(leaf(zhCN as unknown as Tree, p))
    return !/[\u4e00-\u9fff]/.test(v) && v !== '' && !same.test(v) && !['promote.cellOf', 'prepare.change'].includes(p) && !/^[\d,.%/ –kMGB·]+$/.test(v)
  })
  expect(left).toEqual([])
})

it('no sentence shouts', () => {
  for (const t of [en, zhCN]) expect(paths(t as unknown as Tree).filter(p => /[!！]/.test(say(leaf(t as unknown as Tree, p)).replaceAll('!=', '')))).toEqual([])
})

it('every word is used', () => {
  const src = fileURLToPath(new URL('..', import.meta.url))
  const text = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(f => /\.(svelte|ts)$/.test(f) && !/i18n[\\/]([a-z]+\.)?(en|zh|zh-CN)\.ts$/.test(f)).map(f => readFileSync(join(src, f), 'utf8')).join('\n')
  // Names that the program gives (stages, roles, …) are looked up by key.
  const looked = /\.(kinds|stages|units|roles|tableRoles|formats|titles|measures|stage|efforts|effortWhat|engines|engineWhat|lossNames|losses|steps|groups|whats|fields|choices|files|names|scores|words|cleanUp|gone|rows|tips|ways|levels)\.|^screens\.|^quality\.(safe|watch|bad|info)$/
  const unused = paths(en as unknown as Tree).filter(p => !looked.test(p) && !new RegExp(`\\.${p.split('.').at(-1)}\\b`).test(text))
  expect(unused).toEqual([])
})
