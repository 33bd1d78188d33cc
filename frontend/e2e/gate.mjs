// The part of the walk about what leaves and what comes back: the gate before
// an export, open and closed; a recommender learned again from the Runs screen;
// how the data move to another folder.

/** gate walks through Export, Runs and Settings of a project with a twin and a recommender; check, screen, shoot and axe are the walk's. */
export async function gate(page, { check, screen, shoot, axe }) {
  const level = async name => {
    await screen('settings').click()
    const button = page.getByRole('group', { name: 'Export gate' }).getByRole('button', { name })
    if (await button.getAttribute('aria-pressed') === 'true') return // an earlier walk through the same home left it so
    await button.click()
    await page.locator('.toast', { hasText: 'Export gate' }).waitFor()
  }
  const pane = page.locator('.gate'), write = page.getByRole('button', { name: /Write the file/ })
  await screen('export').click()
  await pane.locator('tbody tr').nth(5).waitFor()
  const said = await pane.innerText()
  check(/The privacy gate is (open|closed)/.test(said) && /Rows equal to real ones/.test(said) && !/undefined|NaN/.test(said), `what must hold before rows leave: ${said.split('\n')[0]}`)
  await shoot('export-gate')
  await axe('the gate')
  const doubts = await pane.locator('tbody .c-warn, tbody .c-bad').count()
  await level('Loose')
  await screen('export').click()
  await pane.locator('tbody tr').nth(5).waitFor()
  check(await write.isEnabled(), 'a loose gate closes nothing')
  await level('Strict')
  await screen('export').click()
  await pane.locator('tbody tr').nth(5).waitFor()
  check(await write.isEnabled() === (doubts === 0), `a strict gate ${doubts ? 'is closed by a doubt, and says how to open it' : 'has no doubt'}`)
  await shoot('export-gate-strict')
  await level('Loose') // a few thousand rows are soon too near to those learned from; what follows writes some

  await screen('runs').click()
  await page.locator('tbody tr', { hasText: 'Recommender' }).first().click()
  await page.getByRole('button', { name: /^Reproduce/ }).click()
  await page.locator('.told', { hasText: 'came out the same' }).waitFor({ timeout: 60_000 })
  check(true, 'a recommender is learned again from the same events, to the last byte')
  await shoot('runs-reproduced')
  await axe('a recommender done again')
  await screen('settings').click()
  await page.getByText('shoptwin move FOLDER').waitFor()
  check(true, 'how the data move is said')
}
