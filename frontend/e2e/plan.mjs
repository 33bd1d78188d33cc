// The part of the walk that has a plan suggested: limits, what was found and
// how it was checked, filling plan C, undo and redo, locks that stay, limits
// that clash, the calendar as a file; and what an edited cell costs the page.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** plan walks through the Promote screen of the project that is open; check, screen, shoot and axe are the walk's. */
export async function plan(page, folder, { check, screen, shoot, axe }) {
  const cal = page.locator('.cal'), pop = page.locator('.pop')
  const cell = (row, week) => cal.locator('tbody tr').nth(row).locator('[role="gridcell"]').nth(week)
  const more = async () => { if (!(await pop.locator('details').evaluate(d => d.open))) await pop.locator('summary').click() }
  const offers = () => cal.locator('tbody [role="gridcell"] .d').count()
  await screen('promote').click()
  await page.locator('.head .seg button').nth(2).click()
  const before = await offers()

  // Limits by the keyboard alone: the panel takes the focus, Enter asks.
  await page.keyboard.press('Control+Enter')
  await pop.waitFor()
  check(await page.evaluate(() => document.activeElement?.getAttribute('name') === 'budget'), 'Ctrl Enter asks for a plan, the first limit has the focus')
  await more()
  for (const name of ['Display', 'Feature']) await pop.locator('label', { hasText: name }).locator('input').check()
  await axe('limits of a plan')
  await shoot('plan-limits')
  await pop.locator('[name=budget]').fill('500')
  await page.keyboard.press('Enter')
  await pop.locator('.note.ok').waitFor({ timeout: 90_000 })
  const said = await pop.innerText()
  check(/This plan gains|No offer pays|either way/.test(said) && /How it was checked/.test(said), `a plan is found: ${said.split('\n')[0]}`)
  check(['No promotion', 'Even spacing', 'Blind to stocking up', 'Last year again'].every(w => said.includes(w)), 'simple plans stand beside it')
  check(!/undefined|NaN|\[object|Infinity/.test(said), 'in whole sentences')
  await axe('a suggested plan')
  await shoot('plan-suggested')
  const asked = await pop.locator('table').last().locator('td.c').filter({ hasText: /[\dDF]/ }).count()
  await pop.getByRole('button', { name: 'Fill plan C' }).click()
  await page.locator('.toast', { hasText: 'Plan C filled' }).waitFor()
  check(await offers() === asked && asked > 0, `plan C has its ${asked} offers`)
  await shoot('plan-filled')
  await page.keyboard.press('Control+z')
  await page.waitForFunction(n => document.querySelectorAll('.cal tbody [role="gridcell"] .d').length === n, before)
  await page.keyboard.press('Control+Shift+z')
  await page.waitForFunction(n => document.querySelectorAll('.cal tbody [role="gridcell"] .d').length === n, asked)
  check(true, 'Ctrl Z takes it back, Ctrl Shift Z fills it again')

  // A locked cell stays, offers elsewhere move.
  await cell(0, 3).click()
  await page.keyboard.type('15')
  if (!(await cell(0, 3).evaluate(e => e.classList.contains('locked')))) await page.keyboard.press('l') // a walk that failed may have left it locked
  await cell(0, 3).and(page.locator('.locked')).waitFor()
  await page.keyboard.press('Control+Enter')
  await pop.getByText('1 locked cell of plan C stays').waitFor()
  await pop.locator('[name=most]').fill('1')
  await page.keyboard.press('Enter')
  await pop.locator('.note.ok').waitFor({ timeout: 90_000 })
  await pop.getByRole('button', { name: 'Fill plan C' }).click()
  const rows = await cal.locator('tbody tr').evaluateAll(all => all.map(r => [...r.querySelectorAll('[role="gridcell"]')].map(c => c.querySelector('.d')?.textContent ?? '')))
  check(rows[0][3] === '15', 'a locked cell stays as it is')
  check(rows.every(r => r.filter(Boolean).length <= 1), 'and the limit of one offer for each product is kept')

  // Limits that clash are named.
  await page.keyboard.press('Control+Enter')
  await more()
  await pop.locator('[name=least]').fill('5')
  await page.keyboard.press('Enter')
  const clash = pop.locator('[role="alert"]')
  await clash.waitFor({ timeout: 90_000 })
  const why = await clash.innerText()
  check(/at least 5 promotions; .*(at most 1|weeks between)/.test(why) && /loosen one/.test(why), `limits that clash are named: ${why.replace(/\s+/g, ' ').slice(0, 120)}`)
  await axe('limits that clash')
  await shoot('plan-clash')
  await page.keyboard.press('Escape')
  await pop.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Save calendar' }).click()
  await page.locator('dialog label', { hasText: 'CSV' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Write the file' }).click()
  const link = page.locator('dialog a[download]')
  await link.waitFor()
  const download = page.waitForEvent('download')
  await link.click()
  const path = join(folder, 'calendar.csv')
  await (await download).saveAs(path)
  const lines = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/)
  check(lines.length === await offers() + 1 && /week/.test(lines[0]), `the calendar is written, ${lines.length - 1} offers`)
  await page.keyboard.press('Escape')

  // What each product does, 26 weeks, and back; the same in Chinese, in the dark.
  await page.locator('.out').getByRole('button', { name: 'Products' }).click()
  await page.locator('.out').getByText('other products, and weeks after').waitFor()
  await page.locator('.filt select').selectOption('26')
  await page.waitForFunction(() => document.querySelectorAll('.cal tbody tr:first-child [role="gridcell"]').length === 26)
  check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), '26 weeks fit, the calendar scrolls on its own')
  await axe('26 weeks')
  await shoot('plan-26-weeks')
  await page.locator('.filt select').selectOption('12')
  await page.getByText('saved ·').waitFor()
  for (const [lang, theme] of [['zh-CN', 'dark'], ['en', 'light']]) {
    await page.evaluate(([l, t]) => { localStorage.setItem('shoptwin.lang', l); localStorage.setItem('shoptwin.theme', t) }, [lang, theme])
    await page.reload()
    await page.locator('.scen tbody tr').first().waitFor()
    if (lang === 'en') break
    await page.keyboard.press('Control+Enter')
    await more()
    await pop.locator('[name=most]').fill('1')
    await pop.locator('[name=least]').fill('5')
    await page.keyboard.press('Enter')
    await clash.waitFor({ timeout: 90_000 })
    check(/至少促销 5 次/.test(await clash.innerText()), 'limits that clash are named in Chinese')
    await pop.locator('[name=least]').fill('')
    await page.keyboard.press('Enter')
    await pop.locator('.note.ok').waitFor({ timeout: 90_000 })
    const bad = (await pop.innerText()).match(/undefined|NaN|\[object|Infinity/)
    check(!bad, `a suggested plan in ${lang}, ${theme}${bad ? `: says "${bad[0]}"` : ''}`)
    await axe(`a suggested plan, ${theme}`)
    await shoot(`plan-suggested-${lang}-${theme}`)
  }
}
