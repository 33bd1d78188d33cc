// The part of the walk that opens every dialog, menu and drawer: the focus goes
// in and comes back, Tab stays inside, Esc closes, and axe has nothing serious
// against it in either theme.

/** presser has a button of a screen's head pressed by the keyboard. */
const presser = page => name => async () => { await page.locator('.head').getByRole('button', { name }).focus(); await page.keyboard.press('Enter') }

/** opener knows how to look at whatever opens above the page. */
function opener(page, { check, axe }) {
  const focus = () => page.evaluate(() => { const e = document.activeElement; return e === document.body ? '' : (e.getAttribute('aria-label') || e.textContent || e.tagName).trim().slice(0, 40) })
  /** opens does what opens a box, and looks at it. */
  return async (what, open, css = 'dialog') => {
    const box = page.locator(css)
    await open()
    await box.first().waitFor()
    const inside = () => box.first().evaluate(b => b.contains(document.activeElement))
    await page.waitForFunction(([b]) => b.contains(document.activeElement), [await box.first().elementHandle()], { timeout: 2000 }).catch(() => undefined)
    let kept = await inside()
    const modal = await box.first().evaluate(b => b.matches('dialog:modal'))
    for (let i = 0; modal && kept && i < 12; i++) {
      await page.keyboard.press('Tab')
      kept = await page.evaluate(() => document.activeElement === document.body || document.querySelector('dialog:modal').contains(document.activeElement)) // body: the browser's own bar has it
    }
    await axe(what, css)
    await page.keyboard.press('Escape')
    await box.first().waitFor({ state: 'detached' })
    const back = await focus()
    check(kept && back !== '', `${what}: by the keyboard alone${kept ? '' : ', the focus is not inside'}${back ? '' : ', it does not come back'}`)
  }
}

/** dialogs opens what the frame, Data, Promote and Runs of the sample shop can open. */
export async function dialogs(page, { check, screen, axe }) {
  const opens = opener(page, { check, axe }), press = presser(page)
  /** chosen opens a menu and chooses by its first letters, as a hand on the keys does. */
  const chosen = (menu, item) => async () => {
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.locator('[role^="menuitem"]:focus').waitFor() // a menu takes the focus a frame after it opens
    await page.getByRole('menuitem', { name: item }).focus()
    await page.keyboard.press('Enter')
  }
  const project = page.locator('.top .menu > button')
  await screen('start').click()
  await opens('a new project', press(/New project/))
  await opens('commands', () => page.keyboard.press('Control+k'), 'dialog[aria-label="Commands"]')
  await opens('the keys', () => page.keyboard.press('?'))
  await opens('all jobs', () => page.keyboard.press('Control+j'), '.tray .all')
  await opens('the project renamed', chosen(project, 'Rename…'))
  await opens('the project as one file', chosen(project, 'Save as one file…'))

  await screen('data').click()
  await page.locator('.middle tbody tr').first().waitFor()
  await opens('a connection', press(/Connect/))
  await opens('a table exported', press(/Export table/))

  await screen('promote').click()
  await page.locator('.scen tbody tr').first().waitFor()
  const plan = page.locator('.head').getByRole('button', { name: /^Plan [ABC]$/ })
  for (const [what, item] of [['a plan named', /Name this plan/], ['the calendar saved', /Save calendar/], ['a calendar brought in', /Bring in a calendar/], ['an experiment', /Evaluate an experiment/], ['the response learned again', /^Learn/]]) await opens(what, chosen(plan, item))
  await opens('limits of a plan', () => page.keyboard.press('Control+Enter'), '.pop')
  await opens('simulated shoppers', async () => { await page.getByRole('button', { name: 'Ask simulated shoppers' }).focus(); await page.keyboard.press('Enter') })

  await screen('runs').click()
  await page.locator('tbody tr', { hasText: 'run 1' }).locator('input').focus()
  await page.keyboard.press('Space')
  await opens('a run renamed', chosen(page.locator('.head .menu > button'), /Rename/))
}

/** ownDialogs opens what Recommend and Prepare of a project with a recommender and a recipe can open. */
export async function ownDialogs(page, { check, screen, axe }) {
  const opens = opener(page, { check, axe }), press = presser(page)
  await screen('recommend').click()
  await page.locator('.matrix').waitFor()
  await opens('a comparison again', press(/Compare again/))
  await opens('lists exported', press(/Export lists/))
  await screen('prepare').click()
  await page.locator('[role="gridcell"]').first().waitFor()
  await opens('steps to add', async () => { await page.getByRole('button', { name: 'Add a step' }).focus(); await page.keyboard.press('Enter') })
  await opens('the recipe as JSON', press(/Show as JSON/))
  await opens('the table to make', press(/Make the table/))
  await opens('recipes', press(/Recipes/))
}
