// The part of the walk through the frame: commands, settings, the logbook, a
// project as one file and back, what is deleted and brought back, text half as
// large again, copying. E2E_FIRST=1 also times a first visitor: from “Open the
// sample shop” to the first what-if, which takes most of a minute.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const screens = ['start', 'data', 'prepare', 'synthesize', 'quality', 'recommend', 'promote', 'export', 'runs', 'settings']

/** shell walks through the frame with the sample shop open; check, screen, shoot and axe are the walk's. */
export async function shell(page, folder, { check, screen, shoot, axe }) {
  const palette = page.locator('dialog[aria-label="Commands"], dialog[aria-label="命令"]')
  const go = async (text, enter = true) => {
    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await palette.locator('input').fill(text)
    if (enter) await page.keyboard.press('Enter')
  }
  await go('sample', false)
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
  check(true, 'Ctrl K opens the commands, Esc closes them')

  await page.keyboard.press('Control+k')
  await palette.waitFor()
  await shoot('state-palette')
  await axe('the commands')
  await page.keyboard.press('Escape')
  await go('设置')
  await page.waitForFunction(() => location.hash.startsWith('#settings'))
  check(true, 'a screen is found by its name in the other language')

  // Settings hold at once, are kept, and can be taken back.
  const settings = page.locator('main')
  await settings.getByRole('button', { name: '1.234,5' }).click()
  await settings.locator('.try', { hasText: '1.234.567,89' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: /Undo/ }).click()
  await settings.locator('.try', { hasText: '1,234,567.89' }).waitFor()
  check(true, 'a form of numbers holds at once, and is taken back')
  await settings.getByRole('button', { name: 'Show them' }).click()
  check(await settings.locator('.works tbody tr').count() > 50, 'the licences of what is built in are listed')
  await settings.getByRole('button', { name: 'Hide them' }).click()
  await shoot('settings')
  await axe('settings')

  // Text half as large again fits every screen.
  await settings.getByRole('button', { name: '150%' }).click()
  for (const name of screens) {
    await screen(name).click()
    await page.waitForTimeout(250)
    const bad = await page.evaluate(() => {
      const app = document.querySelector('.app'), out = []
      if (document.documentElement.scrollWidth > innerWidth + 1 || app.scrollWidth > app.clientWidth + 1) out.push('wider than the window')
      if (app.getBoundingClientRect().bottom > innerHeight + 1) out.push('higher than the window')
      for (const b of document.querySelectorAll('main .head button, main .head select, .top button, .tray button')) {
        const box = b.getBoundingClientRect()
        if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) out.push(`"${b.textContent.trim()}" lies outside`)
      }
      return out
    })
    check(bad.length === 0, `${name} at 150 % text${bad.length ? `: ${bad.join('; ')}` : ''}`)
    await shoot(`${name}-150`)
  }
  await screen('settings').click()
  await settings.getByRole('button', { name: '100%' }).click()

  // The logbook.
  await screen('runs').click()
  const rows = page.locator('.list tbody tr')
  await rows.nth(1).waitFor()
  await rows.filter({ hasText: 'run 1' }).first().click()
  await page.locator('h2', { hasText: 'Where run 1 comes from' }).waitFor()
  check(await page.locator('.pane li code').nth(1).innerText().then(s => /^[0-9a-f]{4} /.test(s)), 'a run shows what it came from, with fingerprints')
  await shoot('runs-one')
  await page.locator('.head').getByRole('button', { name: 'run 1', exact: true }).click()
  await page.getByRole('menuitem', { name: 'For TensorBoard…', exact: true }).click()
  const link = page.locator('.told a[download]')
  await link.waitFor()
  const events = page.waitForEvent('download')
  await link.click()
  const file = await events
  await file.saveAs(join(folder, 'events'))
  check(/tfevents/.test(file.suggestedFilename()) && readFileSync(join(folder, 'events')).includes('brain.Event:2'), `its TensorBoard file is fetched: ${file.suggestedFilename()}`)
  await rows.last().click()
  await page.locator('h2', { hasText: 'What differs' }).waitFor()
  await shoot('runs-two')
  await axe('runs')

  // Copy: the button at the corner of the table, and the same by the keyboard.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await rows.nth(0).hover()
  await page.locator('.take').getByRole('button', { name: 'Copy table' }).click()
  await page.locator('.toast', { hasText: 'copied' }).waitFor()
  check(await page.evaluate(() => navigator.clipboard.readText()).then(s => s.split('\n').length > 2 && s.includes('\t')), 'a table is copied, cells by tabs')
  await screen('promote').click()
  await page.locator('.scen tbody tr').first().waitFor()
  await go('copy chart')
  await page.locator('.toast', { hasText: /copied as a picture|saved as a file/ }).waitFor()
  check(true, 'a chart is copied by the keyboard')

  // A project as one file, and back.
  await page.locator('.top .menu > button').click()
  await page.getByRole('menuitem', { name: 'Save as one file…' }).click()
  await page.locator('dialog').getByText('Without real rows', { exact: true }).click()
  await page.locator('dialog').getByRole('button', { name: 'Save the file' }).click()
  const saved = page.locator('dialog a[download]')
  await saved.waitFor({ timeout: 30_000 })
  const download = page.waitForEvent('download')
  await saved.click()
  const archive = join(folder, 'shop.shoptwin')
  await (await download).saveAs(archive)
  check(existsSync(archive) && statSync(archive).size > 10_000, `the project is saved as one file, ${(statSync(archive).size / 1e6).toFixed(1)} MB without real rows`)
  await shoot('project-export')
  await page.locator('dialog').getByRole('button', { name: 'Done' }).click()
  const home = await page.evaluate(() => location.hash.split('/')[1])
  const chooser = page.waitForEvent('filechooser')
  await go('open a project file')
  await (await chooser).setFiles([archive])
  await page.locator('.toast', { hasText: 'was opened from its file' }).waitFor({ timeout: 30_000 })
  check(await page.evaluate(() => location.hash.split('/')[1]) !== home, 'and opened again as another')
  await screen('quality').click()
  await page.locator('.cols figure svg path').first().waitFor()
  check(true, 'with its verdicts')

  // Deleted, brought back, deleted.
  const remove = async () => {
    await page.locator('.top .menu > button').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.locator('.toast', { hasText: 'was deleted' }).waitFor()
  }
  await remove()
  const list = page.locator('.recent tbody tr')
  await list.first().waitFor()
  const left = await list.count()
  await page.keyboard.press('Control+z')
  await page.waitForFunction(n => document.querySelectorAll('.recent tbody tr').length === n + 1, left)
  check(true, 'a deleted project is brought back by Ctrl Z')
  await list.filter({ hasText: 'Sample shop 2' }).first().getByRole('button', { name: /Delete/ }).click()
  await page.waitForFunction(n => document.querySelectorAll('.recent tbody tr').length === n, left)
  await list.filter({ hasText: 'Sample shop' }).first().click()
  await page.waitForFunction(() => location.hash.includes('/'))

  if (process.env.E2E_FIRST) {
    await screen('start').click()
    const begun = Date.now()
    await page.locator('main').getByRole('button', { name: 'Open the sample shop' }).first().click()
    await page.locator('.scen tbody tr').first().waitFor({ timeout: 240_000 })
    await page.locator('.cal tbody tr').nth(0).locator('[role="gridcell"]').nth(1).click()
    await page.keyboard.type('25')
    await page.waitForTimeout(100)
    const took = (Date.now() - begun) / 1000
    check(took < 60, `from opening the sample shop to the first what-if: ${took.toFixed(1)} s`)
    await shoot('first-what-if')
  }
}
