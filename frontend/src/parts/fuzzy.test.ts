import { expect, it } from 'vitest'
import { fuzzy } from './fuzzy'

it.each([
  ['syn', 'Synthesize', true], ['SYN', 'Synthesize', true], ['up', 'unit_price', true], ['gtp', 'Go to promote', true], ['数', '数据', true], ['深', '切换到深色', true],
  ['xyz', 'Synthesize', false], ['ezis', 'Synthesize', false], ['', 'anything', true],
])('%s finds %s: %s', (q, text, is) => expect(fuzzy(q, text) !== null).toBe(is))

it('puts beginnings before middles, and whole words before letters', () => {
  const order = (q: string, ...texts: string[]) => texts.toSorted((a, b) => (fuzzy(q, b)?.score ?? -1) - (fuzzy(q, a)?.score ?? -1))
  expect(order('run', 'Prune', 'Runs')[0]).toBe('Runs')
  expect(order('price', 'p r i c e', 'unit_price')[0]).toBe('unit_price')
  expect(order('qu', 'sequence', 'Quality')[0]).toBe('Quality')
})

it('says where the letters stand', () => expect(fuzzy('up', 'unit_price')?.at).toEqual([0, 5]))
