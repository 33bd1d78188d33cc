import { afterEach, expect, it } from 'vitest'
import { day, money, nf, short, when, writeAs } from './format'

afterEach(() => writeAs({ numbers: '', dates: '', money: '' }))

it.each([
  ['', '1,234.50', '1.28M'],
  ['1.234,5', '1.234,50', '1,28M'],
  ['1 234,5', '1\u202f234,50', '1,28M'],
  ['1234.5', '1234.50', '1.28M'],
])('numbers as %s', (numbers, long, brief) => {
  writeAs({ numbers, dates: '', money: '' })
  expect(nf(1234.5, 2)).toBe(long)
  expect(short(1_283_898, 'en')).toBe(brief)
})

it('money has its sign', () => {
  writeAs({ numbers: '', dates: '', money: '€' })
  expect([money(-1234.4), money(2.5), money(Number.NaN)]).toEqual(['−€1,234', '€2.50', '–'])
  writeAs({ numbers: '', dates: '', money: 'CHF' })
  expect(money(2.5)).toBe('CHF 2.50')
})

it.each([['iso', '2025-05-21', '05-21'], ['dmy', '21/05/2025', '21/05'], ['mdy', '05/21/2025', '05/21'], ['', '21 May 2025', '21.5']])('dates as %s', (dates, long, brief) => {
  writeAs({ numbers: '', dates, money: '' })
  expect(when('2025-05-21T12:00:00', 'en', new Date('2026-01-01T12:00:00'))).toBe(long)
  expect(day('2025-05-21')).toBe(brief)
})
