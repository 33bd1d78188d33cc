import { expect, it, vi } from 'vitest'
import { day, i18n, joined, said } from './index.svelte'

it('says what the program says once Chinese is asked for', async () => {
  expect(said('till.csv is empty', 'en')).toBe('till.csv is empty')
  expect(said('till.csv is empty', 'zh-CN')).toBe('till.csv is empty') // nothing is loaded yet, and nothing fails
  i18n.use('zh-CN')
  await vi.waitFor(() => expect(said('till.csv is empty', i18n.lang)).toBe('till.csv 是空文件'), { timeout: 20_000 }) // the first import is compiled here
  expect([joined('一。', false, '二。'), day('2026-05-25')]).toEqual(['一。二。', '5.25'])
  i18n.use('en')
  expect([said('till.csv is empty', i18n.lang), joined('One.', '', 'Two.'), day('2026-05-25')]).toEqual(['till.csv is empty', 'One. Two.', '25.5'])
}, 30_000)
