// The part of the walk that gets a dirty file in and prepares it: repair a
// column, add steps, take one back, make the table, look at it, export it, in
// both languages and themes; and a table of a million rows is scrolled.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** dirty writes a till's file with doubles, mixed dates, text among prices and two broken lines, and its products. */
export function dirty(folder) {
  const till = ['receipt_id,sold_at,store,sku,category,qty,unit_price,discount'], products = ['sku,product,brand']
  const kinds = ['Dairy', 'dairy ', 'DAIRY', 'Snacks', 'Cereal', '饮料']
  for (let i = 0; i < 3000; i++) {
    const day = String(1 + (i % 28)).padStart(2, '0'), month = String(1 + (i % 12)).padStart(2, '0')
    till.push(`R-${10000 + Math.floor(i / 3)},${i % 9 ? `2025-${month}-${day}` : `${day}/${month}/2025`},${['Mill Lane', 'Northgate', 'Old Quay'][i % 3]},S${i % 40},${kinds[i % 6]},${i % 400 ? 1 + (i % 4) : 240},${i % 50 ? (1.5 + (i % 37) / 4).toFixed(2) : ['n/a', '€3.20', ''][i % 3]},${i % 4 ? '0.00' : ''}`)
  }
  for (let i = 0; i < 30; i++) till.push(till[100])
  till.splice(1200, 0, 'R-broken,2025-03-01,Mill Lane')
  till.splice(2200, 0, 'R-wide,2025-03-01,Mill Lane,S1,Dairy,1,2.50,0,9,9')
  for (let i = 0; i < 36; i++) products.push(`S${i},Product ${i},${['Acme', 'Northern', '山泉'][i % 3]}`)
  const files = { till: join(folder, 'dirty till.csv'), products: join(folder, 'products.csv') }
  writeFileSync(files.till, till.join('\n') + '\n')
  writeFileSync(files.products, products.join('\n') + '\n')
  return files
}

/** prepare walks through Data and Prepare in the project that is open; check, screen, shoot and choose are the walk's. */
export async function prepare(page, folder, { check, screen, shoot, choose, axe }) {
  const files = dirty(folder)
  await screen('data').click()
  await choose(page.getByRole('button', { name: /Add files|Choose files/ }).first(), files.till, files.products)
  await page.locator('[role="option"]', { hasText: 'dirty till' }).click()
  await page.locator('.middle tbody tr', { hasText: 'Dates are written in several ways' }).waitFor()
  check(await page.locator('.middle tbody tr').first().innerText().then(s => /repair/.test(s)), 'what worries most stands first')
  await shoot('data-dirty')
  await axe('data')
  await page.getByRole('button', { name: /3,030 rows/ }).click()
  const grid = page.locator('[role="grid"]')
  await grid.locator('[role="gridcell"]', { hasText: 'R-10000' }).first().waitFor()
  await grid.focus()
  await page.keyboard.press('Control+End')
  await grid.locator('[data-r="3029"][data-c="7"].at').waitFor()
  check(true, 'the rows are there to the last, by the keyboard')
  await shoot('data-rows')
  await axe('data, rows')

  await page.getByRole('button', { name: 'Export table' }).click()
  check(await page.locator('dialog').innerText().then(s => /real rows/i.test(s)), 'an export of a real table says that it is one')
  await page.locator('dialog').getByRole('button', { name: 'Write the file' }).click()
  const link = page.locator('dialog a[download]')
  await link.waitFor({ timeout: 60_000 })
  const download = page.waitForEvent('download')
  await link.click()
  const out = join(folder, 'table.csv')
  const got = await download
  await got.saveAs(out)
  check(/REAL_ROWS/.test(got.suggestedFilename()) && readFileSync(out, 'utf8').trimEnd().split('\n').length === 3031, `and is written whole, as ${got.suggestedFilename()}`)
  await page.keyboard.press('Escape')

  // A finding leads to the step that mends it.
  await page.getByRole('button', { name: /8 columns/ }).click()
  await page.locator('.middle tbody tr', { hasText: 'sold_at' }).click()
  await page.getByRole('button', { name: 'Add a step in Prepare' }).click()
  await page.locator('ol li', { hasText: 'sold_at to dates' }).waitFor()
  await page.locator('.changed s').first().waitFor()
  check(true, 'a finding becomes a step, the old value struck out')

  await page.getByRole('button', { name: /Drop doubles/ }).first().click()
  await page.locator('ol li', { hasText: '−30 rows' }).waitFor()
  check(true, 'a suggestion is taken; its rows are counted')
  await page.keyboard.press('Control+z')
  await page.locator('ol li', { hasText: 'Drop doubles' }).waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Shift+z')
  await page.locator('ol li', { hasText: 'Drop doubles' }).waitFor()
  check(true, 'Ctrl Z takes a change back, Ctrl Shift Z does it again')

  const add = async name => {
    await page.getByRole('button', { name: 'Add a step' }).click()
    await page.locator('dialog input').fill(name)
    await page.keyboard.press('Enter')
  }
  await add('repair')
  await page.locator('form label', { hasText: 'unit_price' }).click()
  await page.getByRole('button', { name: 'Keep the step' }).click()
  await add('derive')
  await page.locator('form input[type=text]').first().fill('amount')
  await page.locator('form textarea').fill('qty * unit_prize')
  await page.locator('form [role="alert"]', { hasText: 'unit_prize' }).waitFor()
  check(await page.locator('form mark').innerText() === 'u', 'an error is marked where it stands in the expression')
  await shoot('prepare-error')
  await page.locator('form textarea').fill('qty * unit_price - coalesce(discount, 0)')
  await page.locator('form [role="alert"]').waitFor({ state: 'detached' })
  await page.locator('form textarea').press('Enter')
  await add('join')
  await page.locator('form select').first().selectOption('products')
  await page.locator('form .pairs select').first().selectOption('sku')
  await page.getByRole('button', { name: 'Keep the step' }).click()
  await page.locator('.fit', { hasText: '% matched' }).waitFor()
  check(true, 'a join shows how many rows find their match')
  const took = await page.locator('.meta').innerText()
  console.log(`preview of five steps: ${took}`)

  // By the keyboard alone: up, off, on, down, removed, undone.
  const at = i => page.locator(`ol [data-step="${i}"]`)
  await at(4).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await page.locator('ol li').nth(4).filter({ hasText: 'Join' }).waitFor()
  await page.keyboard.press('Alt+ArrowDown')
  await page.locator('ol li').nth(5).filter({ hasText: 'Join' }).waitFor()
  await page.keyboard.press(' ')
  await page.locator('ol li.off', { hasText: 'Join' }).waitFor()
  await page.keyboard.press(' ')
  await page.keyboard.press('Delete')
  await page.locator('.toast', { hasText: 'Removed step 5' }).waitFor()
  await shoot('prepare-undo-toast')
  await page.locator('.toast').getByRole('button', { name: /Undo/ }).click()
  await page.locator('ol li', { hasText: 'Join' }).waitFor()
  check(true, 'steps are moved, switched off and removed by the keyboard; a removed one comes back')
  await axe('prepare')

  await page.getByRole('button', { name: 'Recipes…' }).click()
  await page.locator('dialog input').fill('Monthly till')
  await page.locator('dialog').getByRole('button', { name: 'Save' }).click()
  await page.locator('dialog td', { hasText: 'Monthly till' }).first().waitFor()
  await page.locator('dialog tr', { hasText: 'Monthly till' }).locator('select').selectOption('products')
  await shoot('prepare-recipes')
  await page.locator('dialog tr', { hasText: 'Monthly till' }).getByRole('button', { name: 'Open' }).click()
  await page.locator('.toast', { hasText: /of 5 steps fit/ }).waitFor()
  check(true, 'a recipe used on another table says which of its steps no longer fit')
  await page.locator('.toast').getByRole('button', { name: /Undo/ }).click()
  await page.locator('ol li', { hasText: 'dirty till' }).first().waitFor()

  await page.getByRole('button', { name: 'Make the table' }).click()
  await page.locator('dialog input').fill('clean till')
  await page.keyboard.press('Enter')
  await page.getByText('“clean till” was made').waitFor({ timeout: 60_000 })
  await shoot('prepare-made')
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.locator('[role="option"][aria-selected="true"]', { hasText: 'clean till' }).waitFor()
  await page.locator('.middle tbody tr', { hasText: 'amount' }).waitFor()
  check(await page.locator('[role="option"][aria-selected="true"]').innerText().then(s => /3,000/.test(s)), 'the recipe makes a table: 3,000 rows')

  // The same in Chinese and in the dark; what was being written is still there.
  for (const [lang, theme] of [['zh-CN', 'dark'], ['zh-CN', 'light'], ['en', 'dark'], ['en', 'light']]) {
    await page.evaluate(([l, t]) => { localStorage.setItem('shoptwin.lang', l); localStorage.setItem('shoptwin.theme', t) }, [lang, theme])
    await page.reload()
    for (const name of ['data', 'prepare']) {
      await screen(name).click()
      if (name === 'data') await page.locator('[role="option"]', { hasText: 'dirty till' }).click()
      await page.locator(name === 'data' ? '.middle tbody tr' : 'ol li').nth(4).waitFor()
      await page.locator(name === 'data' ? '.middle tbody svg' : '[role="gridcell"]').first().waitFor()
      await page.waitForTimeout(200)
      const bad = (await page.locator('main').innerText()).match(/undefined|NaN|\[object|Infinity/)
      check(!bad, `${name} of a dirty file in ${lang}, ${theme}${bad ? `: says "${bad[0]}"` : ''}`)
      await shoot(`${name}-dirty-${lang}-${theme}`)
      if (theme === 'dark') await axe(`${name}, ${theme}`)
    }
  }
}
