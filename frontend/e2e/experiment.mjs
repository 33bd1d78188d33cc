// The part of the walk that brings planned promotions in from a file, limits a
// product's stock, and evaluates an experiment from a table of the project.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** campaign is a table of persons, some reached by chance, of whom the newer ones answer. */
export function campaign() {
  let seed = 7
  const chance = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647 }
  const lines = ['person,months_since_last,visits,reached,bought']
  for (let n = 0; n < 4000; n++) {
    const months = Math.floor(24 * chance()), visits = Math.floor(6 * chance()), reached = chance() < 0.5 ? 1 : 0
    const bought = chance() < 0.1 + 0.01 * visits + (reached && months < 8 ? 0.2 : 0) ? 1 : 0
    lines.push(`c${n},${months},${visits},${reached},${bought}`)
  }
  return lines.join('\n')
}

/** experiment walks through the Promote screen of the project that is open; check, screen, shoot and axe are the walk's. */
export async function experiment(page, folder, { check, screen, shoot, axe }) {
  const cal = page.locator('.cal'), dialog = page.locator('dialog')
  const menu = async what => { await page.locator('.head').getByRole('button', { name: /^Plan [ABC]$/ }).click(); await page.getByRole('menuitem', { name: what }).click() }
  const choose = async (opener, file) => { const [chooser] = await Promise.all([page.waitForEvent('filechooser'), opener.click()]); await chooser.setFiles(file) }

  // A campaign's table, brought in on the Data screen.
  await screen('data').click()
  const people = join(folder, 'campaign.csv')
  writeFileSync(people, campaign())
  await choose(page.getByRole('button', { name: /Add files/ }).first(), people)
  await page.getByText('campaign', { exact: true }).first().waitFor({ timeout: 60_000 })

  // Planned promotions: the good rows are taken, the others said.
  await screen('promote').click()
  await cal.waitFor()
  await page.locator('.head .seg button').nth(1).click()
  await menu(/Save calendar/)
  await dialog.locator('label', { hasText: 'CSV' }).click()
  await dialog.getByRole('button', { name: 'Write the file' }).click()
  const [saved] = await Promise.all([page.waitForEvent('download'), dialog.locator('a[download]').click()])
  const before = join(folder, 'saved.csv')
  await saved.saveAs(before)
  await page.keyboard.press('Escape')
  const [head, ...rows] = readFileSync(before, 'utf8').trim().split(/\r?\n/)
  const product = rows[0].split(',')[0]
  check(head.startsWith('item,') && product.length > 1, `a calendar is saved, ${rows.length} offers`)
  const weeks = join(folder, 'planned.csv')
  writeFileSync(weeks, `item,week_number,discount,type\n${product},1,20%,feature\n${product},4,15%,display\ntea,2,20%,\n${product},5,cheap,\n`)
  await menu(/Bring in a calendar/)
  await dialog.waitFor()
  await axe('planned promotions from a file')
  await choose(dialog.getByRole('button', { name: 'Choose a file' }), weeks)
  await dialog.getByText('2 offers of 1 product in 4 rows').waitFor()
  const aside = await dialog.locator('tbody tr').allInnerTexts()
  check(aside.length === 2 && /No product/.test(aside[0]) && /not a depth/.test(aside[1]), 'rows that make no sense are set aside, with reasons')
  await shoot('calendar-brought')
  await dialog.getByRole('button', { name: /Replace the offers/ }).click()
  await page.waitForFunction(() => document.querySelectorAll('.cal tbody [role="gridcell"] .d').length === 2)
  check(true, 'a calendar from a file fills the plan')
  await menu(/Bring in a calendar/)
  await choose(dialog.getByRole('button', { name: 'Choose a file' }), before)
  await dialog.getByText(`in ${rows.length} row`).waitFor()
  check(await dialog.locator('tbody tr').count() === 0, 'a calendar that was saved comes back whole')
  await page.keyboard.press('Escape')

  // A stock that runs out.
  await cal.locator('tbody [role="gridcell"]:has(.d)').first().click()
  const stock = page.locator('.ctl input.stock')
  await stock.fill('1')
  await stock.press('Enter')
  await page.locator('.remarks', { hasText: 'runs out' }).waitFor()
  check(/Out of stock|out of stock/.test(await page.locator('.out').innerText()), 'what is lost for want of stock is a cause of its own')
  await shoot('stock')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')

  // An experiment.
  await menu(/Evaluate an experiment/)
  await dialog.locator('select').first().selectOption('campaign')
  await axe('an experiment')
  await shoot('experiment-asked')
  await dialog.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await dialog.getByText('4,000 persons').waitFor({ timeout: 90_000 })
  const said = await dialog.innerText()
  check(/How much it could see/.test(said) && /AUUC/.test(said) && /Reach the/.test(said), 'an experiment says what changed, in whom, and whom to reach')
  check(!/undefined|NaN|\[object|Infinity/.test(said), 'in whole sentences')
  await axe('an experiment evaluated')
  await shoot('experiment')
  await page.keyboard.press('Escape')
  for (const [lang, theme] of [['zh-CN', 'dark'], ['en', 'light']]) {
    await page.evaluate(([l, t]) => { localStorage.setItem('shoptwin.lang', l); localStorage.setItem('shoptwin.theme', t) }, [lang, theme])
    await page.reload()
    await page.locator('.scen tbody tr').first().waitFor()
    if (lang === 'en') break
    await page.locator('.head').getByRole('button', { name: /^方案 [ABC]$/ }).click()
    await page.getByRole('menuitem', { name: /评估一次试验/ }).click()
    await dialog.locator('select').first().selectOption('campaign')
    await dialog.getByRole('button', { name: '评估', exact: true }).click()
    await dialog.getByText('4,000 人').waitFor({ timeout: 90_000 })
    await axe(`an experiment, ${theme}`)
    await shoot(`experiment-${lang}-${theme}`)
  }
}
