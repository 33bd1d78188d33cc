// @vitest-environment node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { patterns, said } from './messages'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const zh = (s: string) => said(s, 'zh-CN')

/** holds says whether text has the words of piece, put together there from at most three. */
const holds = (text: string, piece: string, joints = 2): boolean =>
  text.includes(piece) || (joints > 0 && [...piece.matchAll(/ /g)].some(m => text.includes(piece.slice(0, m.index)) && holds(text, piece.slice(m.index + 1), joints - 1)))

it.each(patterns.map(p => [p[1], p] as const))('is what the program says: %s', (_, [from, says]) => {
  const text = readFileSync(root + from, 'utf8').replaceAll('\\"', '"').replaceAll('%%', '%')
  for (const piece of says.replaceAll('%%', '%').split(/%(?:\[\d+\])?[a-z]/).map(s => s.trim().replace(/:$/, '')).filter(s => s.length > 2))
    expect(holds(text, piece), `${from} does not say "${piece}"`).toBe(true)
})

it.each(patterns.map(p => [p[1], p] as const))('is said in Chinese, values untouched: %s', (_, [, says, to]) => {
  let n = 0
  const message = says.replace(/%(?:\[\d+\])?(?:\.\d+)?([a-z%])/g, (_, v: string) => (v === '%' ? '%' : v === 'd' ? String(++n + 40) : v === 'q' ? `"V${++n}"` : `v${++n}`))
  const answer = zh(message)
  expect(answer).toMatch(/[\u4e00-\u9fff]/)
  for (const [, k] of to.matchAll(/\{(\d)\}/g)) expect(answer).toMatch(new RegExp(`[vV]${k}\\b|${Number(k) + 40}`))
  expect(said(message, 'en').replaceAll(' %', '%')).toBe(message.replaceAll(' %', '%'))
})

// Messages as the program gave them for real files.
it.each([
  ['38.6 % of the cells are missing.', '38.6%的单元格缺失。'],
  ['Under 0.1 % of the cells are not numbers, such as "n/a": repair the column to number.', '不到 0.1%的单元格不是数字，例如 “n/a”：请将此列修复为数字。'],
  ['3 cells instead of 6', '有 3 个单元格，应为 6 个'],
  ['old.csv: none of 12 rows could be read; line 2: 3 cells instead of 6', 'old.csv：12 行全部无法读取；第 2 行：有 3 个单元格，应为 6 个'],
  ['till, new; 2025.csv is empty', 'till, new; 2025.csv 是空文件'],
  ['empty.csv has a header (a, b) but no rows', 'empty.csv 只有表头（a, b），没有数据行'],
  ['price holds numbers: 1,203 cells were rewritten, 12 could not be read and are missing; cost holds numbers already.', 'price 为数字：改写了 1,203 格，12 格无法读取，记为缺失；cost 本来就是数字。'],
  ['Missing cells were filled; price: 9 cells with the median, 2.49.', '已填补缺失的单元格；price：9 格填中位数 2.49。'],
  ['something new happened', 'something new happened'],
])('%s', (en, to) => {
  expect(zh(en)).toBe(to)
})

it('writes percentages as the rest of the page does', () => {
  expect(said('38.6 % of the cells are missing.', 'en')).toBe('38.6% of the cells are missing.')
})

it('parts the thousands of counts, not of names', () => {
  expect(said('655 of 1404095 rows left out: no "10000 g" in a-20000', 'en')).toBe('655 of 1,404,095 rows left out: no "10000 g" in a-20000')
})
