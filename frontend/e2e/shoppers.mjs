// The part of the walk that asks simulated shoppers about a plan: how they are
// asked, that they set to work on the receipts, and that the work stops.

/** shoppers walks through the Promote screen of the project that is open; check, screen, shoot and axe are the walk's. */
export async function shoppers(page, { check, screen, shoot, axe }) {
  await screen('promote').click()
  await page.locator('.head .seg button').first().click()
  const ask = page.locator('.scen').getByRole('button', { name: 'Ask simulated shoppers' })
  await ask.click()
  const dialog = page.getByRole('dialog', { name: 'Plan A by simulated shoppers' })
  await dialog.getByText('learned from your receipts').waitFor()
  await axe('the question to simulated shoppers')
  await dialog.getByRole('button', { name: 'Let them shop' }).click()
  await dialog.getByRole('status').filter({ hasText: /reading the receipts|learning who buys what/ }).waitFor()
  await dialog.getByRole('progressbar').waitFor()
  await shoot('shoppers-at-work')
  check(true, 'simulated shoppers set to work')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByRole('button', { name: 'Let them shop' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  check(await ask.evaluate(b => b === document.activeElement), 'they stop when they are told to, and the button has the focus again')
}
