// Every screen for axe-core, whose serious findings count AA contrast in both
// themes among them; then with text at 150 %, where nothing may be cut off.

/** access goes over the screens of the project that is open; check and axe are the walk's. */
export async function access(page, names, { check, axe, shoot }) {
  const id = await page.evaluate(() => location.hash.split('/')[1])
  const show = async name => {
    await page.evaluate(([n, i]) => { location.hash = `#${n}/${i}` }, [name, id])
    await page.locator('main h1').first().waitFor()
    await page.waitForFunction(() => !document.querySelector('main [role="status"]'), null, { timeout: 5000 }).catch(() => undefined)
    await page.waitForTimeout(250)
  }
  for (const name of names) {
    await show(name)
    await axe(name)
  }
  await page.evaluate(() => document.documentElement.style.setProperty('--zoom', '1.5'))
  for (const name of names) {
    await show(name)
    const cut = await page.evaluate(() => {
      const out = []
      if (document.documentElement.scrollWidth > innerWidth + 1) out.push('the page is wider than the window')
      // What can be acted on must lie in the window, or in something that scrolls.
      for (const el of document.querySelectorAll('main button, main input, main select, main a')) {
        const box = el.getBoundingClientRect()
        if (box.width === 0 || box.height === 0 || el.closest('[aria-hidden="true"]')) continue
        if (box.left >= -1 && box.right <= innerWidth + 1 && box.top >= -1 && box.bottom <= innerHeight + 1) continue
        let scrolls = false
        for (let p = el.parentElement; p && !scrolls; p = p.parentElement) {
          const s = getComputedStyle(p)
          scrolls = /auto|scroll/.test(s.overflowX + s.overflowY)
        }
        if (!scrolls) out.push(`${el.tagName.toLowerCase()} "${(el.getAttribute('aria-label') || el.textContent || '').trim().slice(0, 30)}" cannot be reached`)
      }
      return out.slice(0, 4)
    })
    check(cut.length === 0, `${name} with text at 150 %${cut.length ? `: ${cut.join('; ')}` : ''}`)
    await shoot(`${name}-150`)
  }
  await page.evaluate(() => document.documentElement.style.removeProperty('--zoom'))
}
