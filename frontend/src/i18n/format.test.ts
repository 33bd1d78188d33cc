import { expect, it } from 'vitest'
import { bytes, day, duration, inRows, money, nf, pct, sentence, short, sig, signed, when } from './format'

it.each([
  [nf(-1234.5), '−1,235'], [nf(-0.2), '0'], [nf(0.98123, 3), '0.981'], [nf(undefined), '–'], [nf(NaN), '–'],
  [signed(12), '+12'], [signed(-12), '−12'], [signed(0.3), '0'],
  [sig(0.012345), '0.0123'], [sig(1234.5), '1,235'], [sig(-2.5), '−2.5'],
  [pct(0.3859, 1), '38.6%'], [pct(undefined), '–'], [pct(-0.05), '−5%'],
  [short(1283898, 'en'), '1.28M'], [short(612000, 'en'), '612k'], [short(45012, 'en'), '45,012'], [short(1283898, 'zh-CN'), '128万'], [short(230000000, 'zh-CN'), '2.3亿'],
  [money(1234.4), '1,234'], [money(9.5), '9.50'], [money(0), '0'],
  [bytes(999), '999 B'], [bytes(418e6), '418 MB'], [bytes(1.25e9), '1.25 GB'],
  [duration(4.26, 'en'), '4.3 s'], [duration(41, 'en'), '41 s'], [duration(110, 'en'), '1 min 50 s'], [duration(120, 'en'), '2 min'], [duration(3720, 'en'), '1 h 2 min'], [duration(110, 'zh-CN'), '1 分 50 秒'],
  [day('2026-05-25'), '25.5'], [day('2026-05-25', 'zh-CN'), '5.25'], [inRows(3_190_000), '319 万行'], [inRows(30_904), '30,904 行'], [day('week 157'), 'W157'],
  [sentence('it may have been closed'), 'It may have been closed'], [sentence('till.csv is empty'), 'till.csv is empty'], [sentence('Done'), 'Done'],
])('writes %s as %s', (got, want) => expect(got).toBe(want))

it('speaks of times as of today', () => {
  const now = new Date('2026-05-20T12:00:00')
  expect(when('2026-05-20T09:12:00', 'en', now)).toBe('today 09:12')
  expect(when('2026-05-02T09:12:00', 'en', now)).toBe('2 May')
  expect(when('2025-05-02T09:12:00', 'en', now)).toBe('2 May 2025')
  expect(when('2026-05-02T09:12:00', 'zh-CN', now)).toBe('5月2日')
  expect(when('0001-01-01T00:00:00Z', 'en', now)).toBe('–')
})
