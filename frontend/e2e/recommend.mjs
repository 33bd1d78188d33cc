// The part of the walk that learns recommendations from a small shop's events:
// compared, a list with reasons, a product's relatives, whom to contact, and
// the lists as a file; in both languages and themes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const products = ['Whole Milk 1 L', 'Penne 500 g', 'Passata, 690 g', 'Ground Coffee', 'Dark Chocolate 🍫', 'Greek Yoghurt', 'Oat Flakes', 'Olive Oil', '海苔', 'Earl Grey', 'Honey', 'Bran']

/** events writes a shop where pasta, passata and oil are bought together, milk and oats too, every week or so. */
export function events(folder) {
  let seed = 7
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  const rows = ['customer_id,receipt_id,sold_at,product,price']
  for (let c = 0, receipt = 0; c < 300; c++) {
    const habit = c % 2 ? [1, 2, 7] : [0, 6, 5], gap = c % 3 ? 7 : 24
    for (let day = Math.floor(random() * gap); day < 200; day += Math.max(1, Math.round(gap * (0.7 + 0.6 * random())))) {
      receipt++
      const at = new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10)
      const basket = new Set(habit.filter(() => random() < 0.8))
      basket.add(Math.floor(random() * products.length))
      for (const p of basket) rows.push(`C${1000 + c},R${receipt},${at},"${products[p]}",${(1 + p / 2).toFixed(2)}`)
    }
  }
  const path = join(folder, 'small shop.csv')
  writeFileSync(path, rows.join('\n') + '\n')
  return path
}

/** recommend walks through the Recommend screen in the project that is open; check, screen, shoot, choose and axe are the walk's. */
export async function recommend(page, folder, { check, screen, shoot, choose, axe }) {
  await screen('data').click()
  await choose(page.getByRole('button', { name: /Add files|Choose files/ }).first(), events(folder))
  await page.locator('[role="option"]', { hasText: 'small shop' }).waitFor()
  await screen('recommend').click()
  await page.locator('.learn select').first().selectOption({ label: await page.locator('.learn option', { hasText: 'small shop' }).first().innerText() })
  check(await page.locator('.learn summary').innerText().then(s => /customer_id.*product.*sold_at.*receipt_id/.test(s)), 'the columns of customers, products, times and receipts are found')
  await shoot('recommend-learn')
  await axe('recommend, before')
  await page.getByRole('button', { name: 'Compare and keep the best' }).click()
  await page.locator('section td b', { hasText: 'Bestsellers' }).waitFor({ timeout: 120_000 })
  check(await page.locator('.tag.ok', { hasText: 'in use' }).count() === 1, 'the rules are compared, the best is in use')

  const list = page.locator('section', { hasText: 'One customer’s list' })
  await list.locator('tbody tr').nth(4).waitFor()
  check(await list.locator('tbody').innerText().then(s => /had \d+ times|baskets with|popular/.test(s)), 'a list gives a reason for each product')
  await list.getByLabel('Only what is new to them').check()
  await list.locator('input[type=search]').fill('nobody at all')
  await list.locator('input[type=search]').press('Enter')
  await list.getByText('nobody at all is not known').waitFor()
  check(true, 'a customer that nobody knows gets the bestsellers, and it is said')
  await list.locator('.seg button').nth(1).click()

  const related = page.locator('section', { hasText: 'times chance' }).first()
  await related.getByLabel('Find a product').fill('Passata, 690 g')
  await related.getByLabel('Find a product').press('Enter')
  await related.locator('tbody tr', { hasText: /Penne|Olive/ }).first().waitFor()
  check(true, 'what is bought with passata is penne or oil, with the evidence')
  await related.getByRole('button', { name: 'Show the strongest' }).click()

  const basket = page.locator('.basket')
  for (const product of ['Penne 500 g', 'Olive Oil']) {
    await basket.locator('input[type=search]').fill(product)
    await basket.locator('input[type=search]').press('Enter')
    await basket.locator('li.tag', { hasText: product }).waitFor()
  }
  await basket.locator('ol li', { hasText: 'Passata' }).first().waitFor()
  check(/Answered in the page in [\d.]+ ms/.test(await basket.innerText()), `what goes with penne and oil is passata, computed in the page: ${(await basket.locator('p').first().innerText())}`)

  const soon = page.locator('section', { hasText: 'within 7 days' }).first()
  const slider = soon.locator('input[type=range]')
  await slider.focus()
  const before = await soon.locator('.matrix').innerText()
  for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight')
  check(await soon.locator('.matrix').innerText() !== before, 'the threshold moves the matrix, by the keyboard')
  await shoot('recommend')
  await axe('recommend')

  await page.keyboard.press('Control+Enter')
  await page.locator('dialog').getByRole('button', { name: 'Write the file' }).click()
  const link = page.locator('dialog a[download]')
  await link.waitFor({ timeout: 60_000 })
  const download = page.waitForEvent('download')
  await link.click()
  const out = join(folder, 'lists.csv')
  await (await download).saveAs(out)
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
  check(/^customer,rank,item,score/.test(lines[0]) && lines.length === 1 + 300 * 12, `lists of all customers are written: ${lines.length - 1} rows`)
  await page.keyboard.press('Escape')

  const sent = page.waitForEvent('download')
  await page.locator('.head').getByRole('button', { name: 'Report' }).click()
  const report = join(folder, 'recommendations.html')
  await (await sent).saveAs(report)
  const text = readFileSync(report, 'utf8')
  check(/shoptwin-report/.test(text) && !/C1\d\d\d\b/.test(text.slice(text.indexOf('id="shoptwin-report"'), text.indexOf('id="shoptwin-wasm"'))), 'the report of recommendations is one file without a customer')

  for (const [lang, theme] of [['zh-CN', 'dark'], ['zh-CN', 'light'], ['en', 'dark'], ['en', 'light']]) {
    await page.evaluate(([l, t]) => { localStorage.setItem('shoptwin.lang', l); localStorage.setItem('shoptwin.theme', t) }, [lang, theme])
    await page.reload()
    await screen('recommend').click()
    await page.locator('.matrix').waitFor()
    await page.locator('td.why').nth(3).waitFor()
    await page.waitForTimeout(150)
    const bad = (await page.locator('main').innerText()).match(/undefined|NaN|\[object|Infinity/)
    check(!bad, `recommend in ${lang}, ${theme}${bad ? `: says "${bad[0]}"` : ''}`)
    await shoot(`recommend-${lang}-${theme}-done`)
    if (theme === 'dark' && lang === 'zh-CN') await axe(`recommend, ${lang}`)
  }
}
