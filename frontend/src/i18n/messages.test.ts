// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { tableOf, tell } from './messages'
import { areas, words } from './said'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const table = tableOf(areas, words)
const zh = (s: string) => tell(s, table)
const sentences = areas.flatMap(a => Object.entries(a).flatMap(([folder, of]) => Object.entries(of).map(([says, to]) => ({ folder, says, to }))))
const verb = /%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?([a-z%])/g

const texts = new Map<string, string>()
/** text of the folder's own files. */
function text(folder: string): string {
  if (!texts.has(folder)) texts.set(folder, readdirSync(root + folder).filter(f => /\.(go|ts)$/.test(f) && !/[_.]test\.(go|ts)$/.test(f))
    .map(f => readFileSync(`${root}${folder}/${f}`, 'utf8')).join('\n').replaceAll('\\"', '"').replaceAll('\\\\', '\\').replaceAll('%%', '%'))
  return texts.get(folder)!
}

/** holds says whether all has the words of piece, put together there from at most three. */
const holds = (all: string, piece: string, joints = 2): boolean =>
  all.includes(piece) || (joints > 0 && [...piece.matchAll(/ /g)].some(m => all.includes(piece.slice(0, m.index)) && holds(all, piece.slice(m.index + 1), joints - 1)))

it('knows each sentence once', () => {
  const all = sentences.map(s => s.says)
  expect(all.filter((s, i) => all.indexOf(s) < i)).toEqual([])
})

it('knows what the program says', () => {
  const pieces = (says: string) => says.replaceAll('%%', '%').split(/%(?:\[\d+\])?(?:\.\d+)?[a-z]|; /).map(s => s.trim().replace(/:$/, '')).filter(s => s.length > 2)
  expect(sentences.filter(s => s.folder).flatMap(({ folder, says }) => pieces(says).filter(p => !holds(text(folder), p)).map(p => `${folder} does not say "${p}"`))).toEqual([])
})

it('says each in its own Chinese, values untouched', () => {
  for (const { says, to } of sentences) {
    const values: string[] = []
    const message = says.replace(verb, (_, v: string) => (v === '%' ? '%' : values[values.push(v === 'd' ? String(values.length + 41) : v === 'q' ? `"V${values.length + 1}"` : `v${values.length + 1}`) - 1]!))
    expect(to, says).toMatch(/[\u4e00-\u9fff]/)
    expect(zh(message)).toBe(tell(to.replace(/\{(\d)\*?\}/g, (_, n: string) => values[Number(n) - 1]!.replace(/^"(.*)"$/, '“$1”'))))
    expect(tell(message).replaceAll(' %', '%')).toBe(message.replaceAll(' %', '%'))
  }
}, 60_000)

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
  ['table "t": column "c" holds numbers, the model was fitted to texts', '表 “t”：列 “c” 现为数字，模型学习时为文本'],
  ['训练坍塌。column "note" holds free text and is left out。', '训练坍塌。列 “note” 是自由文本，未学习。'],
  ['an offer in week -1, but the plan has 12 weeks', '促销在第 -1 周，而方案只有 12 周'],
  ['no stack was learned: the training part is too small to be cut once more (give a longer history, or hold out last baskets)', '未能学习叠加：学习部分太小，无法再切分一次（请提供更长的历史，或改为留出最后一次购买）'],
  ['table "s": none of 1 rows can be used; 1 of 1 rows left out: no price', '表 “s” 的 1 行都不可用；1 行中有 1 行未使用：没有价格'],
  ['a.zip: the files are not of one shape; 1 file differs from jan.csv: shops.csv lacks "qty" and has "shop"', 'a.zip：各文件的列不相同；1 个文件与 jan.csv 不同：shops.csv 缺少“qty”，多出“shop”'],
  ['none of 2 rows is a promotion that can be planned; line 2: that is not a depth; write 0.2 or 20%.', '2 行中没有一行是可规划的促销；第 2 行：这不是折扣；请写成 0.2 或 20%。'],
  ['none of 2 rows is a promotion that can be planned; line 2: it lies in the past; weeks to plan begin at 2024-07-15.', '2 行中没有一行是可规划的促销；第 2 行：时间已过；可规划的周从 2024-07-15 开始。'],
  ['step 1 (convert): "EUR" is no unit that is known', '第 1 步（convert）：“EUR” 不是已知的单位'],
  ['step 1 (merge): map: column "b" is none of columns', '第 1 步（merge）：对照表（map）：列 “b” 不在所选列中'],
  ['column "v" is numbers in the real table but text in the synthetic table: "twelve" is not a number', '列 “v” 在真实表中是数字，而在合成表中是文本：“twelve” 不是数字'],
  ['model file: weights file is damaged: SHA-256 does not match', '模型文件：权重文件已损坏：SHA-256 校验不符'],
  ['something new happened', 'something new happened'],
])('%s', (en, to) => {
  expect(zh(en)).toBe(to)
})

it('writes percentages as the rest of the page does', () => {
  expect(tell('38.6 % of the cells are missing.')).toBe('38.6% of the cells are missing.')
})

it('parts the thousands of counts, not of names', () => {
  expect(tell('655 of 1404095 rows left out: no "10000 g" in a-20000')).toBe('655 of 1,404,095 rows left out: no "10000 g" in a-20000')
})
