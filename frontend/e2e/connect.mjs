// Drives the way to a database in headless Chromium against live servers, which
// the acceptance row `connect` has started: a wrong password, the list of
// tables, a preview, a query, an import, a server that is gone. Pictures go to
// build/bin/shots.
//
//   SERVERS='[{"name", "kind", "port", "database", "pid"}]' PASSWORD=… node e2e/connect.mjs
//
// With KEYRING=1 a keyring keeps the passwords meanwhile. Each server has a table sold of 300 rows (id, sku, qty, day), a view best,
// and is killed in the end.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { check, end, root, shots } from './tally.mjs'

const program = process.env.SHOPTWIN ?? join(root, 'build/bin/shoptwin')
const browserPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const servers = JSON.parse(process.env.SERVERS), password = process.env.PASSWORD
const kept = !!process.env.KEYRING // a Secret Service answers on this session's bus
const home = mkdtempSync(join(tmpdir(), 'shoptwin-connect-'))
const first = join(home, 'first.csv')
writeFileSync(first, 'a,b\n1,2\n2,3\n')
execFileSync(program, ['import', first, '--project', 'Corner shop', '--home', join(home, 'data'), '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] })

const server = spawn(program, ['serve', '--home', join(home, 'data'), '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
const url = await new Promise(resolve => createInterface({ input: server.stdout }).once('line', line => resolve(JSON.parse(line).url)))
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
page.setDefaultTimeout(30_000)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const shoot = name => page.screenshot({ path: join(shots, `connect-${name}.png`) })
const dialog = page.locator('dialog')
const field = n => dialog.locator('input').nth(n) // host, port, database, user, password

async function serious(what) {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => (await window.axe.run(document.querySelector('dialog'), { resultTypes: ['violations'] })).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id))
  check(found.length === 0, `${what}: nothing serious for axe-core ${found}`)
}

async function ask(s, secret) {
  await fill(s, secret)
  await dialog.getByRole('button', { name: words.open }).click()
}

async function fill(s, secret) {
  await page.getByRole('button', { name: words.connect }).first().click()
  await dialog.locator('select').selectOption(s.kind)
  await field(0).fill('127.0.0.1')
  await field(1).fill(String(s.port))
  await field(2).fill(s.database)
  await field(3).fill('shop')
  await field(4).fill(secret)
}

/** The keyring of the system keeps a password that its owner ticked, and forgets it. */
async function keyring(s) {
  await fill(s, '')
  await page.locator('dialog input[placeholder*="keyring"]').waitFor()
  await shoot('kept')
  await dialog.getByRole('button', { name: words.open }).click()
  await dialog.locator('.list li', { hasText: 'sold' }).waitFor()
  check(true, `${s.name}: the keyring holds the password, nobody is asked`)
  await page.keyboard.press('Escape')
  await fill(s, '')
  await dialog.getByRole('button', { name: 'Forget the password' }).click()
  await page.locator('dialog input[placeholder*="keyring"]').waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: words.open }).click()
  await dialog.locator('.trouble, [role="alert"]').first().waitFor()
  check(true, `${s.name}: forgotten, it is asked for again`)
  await page.keyboard.press('Escape')
}

let words = { connect: 'Connect…', open: 'Show its tables', trouble: /password/i }
const chinese = { connect: '连接数据库…', open: '显示其中的表' }

async function look(lang, theme) {
  await page.evaluate(([l, t]) => { localStorage.setItem('shoptwin.lang', l); localStorage.setItem('shoptwin.theme', t) }, [lang, theme])
  await page.reload()
  await page.getByRole('button', { name: words.connect }).first().waitFor()
}

try {
  await page.goto(url)
  await page.locator('.recent tbody tr', { hasText: 'Corner shop' }).click()
  await page.waitForFunction(() => location.hash.includes('/'))
  await page.locator('.rail button[title*="Ctrl"]').nth(1).click()
  for (const [n, s] of servers.entries()) {
    await ask(s, 'not it')
    const trouble = dialog.locator('.trouble, [role="alert"]').first()
    await trouble.waitFor()
    const said = await trouble.innerText()
    check(/password/i.test(said) && !said.includes('not it'), `${s.name}, a wrong password: ${said.replaceAll('\n', ' ')}`)
    check(await field(3).inputValue() === 'shop', `${s.name}: what was filled in stays`)
    if (n === 0) { await shoot('wrong'); await serious('the way to a database') }
    await field(4).fill(password)
    if (kept) await dialog.locator('input[type="checkbox"]').check()
    await dialog.getByRole('button', { name: words.open }).click()
    await dialog.locator('.list li', { hasText: 'sold' }).waitFor()
    const listed = await dialog.locator('.list').innerText()
    check(/sold/.test(listed) && /best/.test(listed) && /view/.test(listed), `${s.name} lists its tables and views: ${listed.replaceAll('\n', ' ')}`)
    await dialog.locator('.list li', { hasText: 'sold' }).getByRole('button').click()
    await dialog.locator('.rows td', { hasText: 'S8' }).first().waitFor()
    check(await dialog.locator('.rows tbody tr').count() === 12, `${s.name} shows the first rows of a table`)
    if (n === 0) { await shoot('tables'); await serious('the tables of a server') }
    await dialog.locator('input[value="query"]').check()
    await dialog.locator('textarea').fill('SELECT sku, sum(qty) AS units FROM nowhere GROUP BY sku')
    await dialog.getByRole('button', { name: 'Show its rows' }).click()
    await trouble.waitFor()
    check(/nowhere/.test(await trouble.innerText()), `${s.name}, a query of a table that is not there: ${(await trouble.innerText()).replaceAll('\n', ' ')}`)
    await dialog.locator('textarea').fill('DELETE FROM sold')
    await dialog.getByRole('button', { name: 'Show its rows' }).click()
    await page.waitForTimeout(800)
    check(await trouble.count() === 1, `${s.name}: a statement that writes is refused: ${(await trouble.innerText()).replaceAll('\n', ' ')}`)
    await dialog.locator('textarea').fill('SELECT sku, sum(qty) AS units FROM sold GROUP BY sku ORDER BY sku')
    await dialog.getByRole('button', { name: 'Show its rows' }).click()
    await dialog.locator('.rows th', { hasText: 'units' }).waitFor()
    check(true, `${s.name} shows what a query gives`)
    await dialog.locator('input[value="each"]').check()
    await dialog.locator('.list li', { hasText: 'sold' }).locator('input').check()
    await dialog.getByRole('button', { name: 'Import the table' }).click()
    const name = n === 0 ? 'sold' : /sold.+/
    await page.locator('[role="option"]', { hasText: name }).click()
    await page.locator('.bar-top', { hasText: '300 rows' }).waitFor()
    check(true, `${s.name}: a table is imported, 300 rows`)
    if (n === 0) await shoot('imported')
    if (kept) await keyring(s)
  }
  for (const [lang, theme] of [['en', 'dark'], ['zh-CN', 'light'], ['zh-CN', 'dark']]) {
    if (lang === 'zh-CN') words = { ...words, ...chinese }
    await look(lang, theme)
    await ask(servers[0], 'not it')
    await dialog.locator('.trouble, [role="alert"]').first().waitFor()
    const said = await dialog.locator('.trouble, [role="alert"]').first().innerText()
    if (lang === 'zh-CN') check(/密码/.test(said) && !/[a-z]{4,} [a-z]{3,}/.test(said.replace(/[“"][^”"]*[”"]/g, '')), `a wrong password in Chinese: ${said.replaceAll('\n', ' ')}`)
    await shoot(`wrong-${lang}-${theme}`)
    await field(4).fill(password)
    await dialog.getByRole('button', { name: words.open }).click()
    await dialog.locator('.list li', { hasText: 'sold' }).getByRole('button').click()
    await dialog.locator('.rows td').first().waitFor()
    await shoot(`tables-${lang}-${theme}`)
    await page.keyboard.press('Escape')
  }
  words = { connect: 'Connect…', open: 'Show its tables' }
  await look('en', 'light')
  for (const s of servers) {
    await ask(s, password)
    await dialog.locator('.list li', { hasText: 'sold' }).waitFor()
    process.kill(s.pid, 'SIGKILL')
    await page.waitForTimeout(300)
    await dialog.locator('.list li', { hasText: 'sold' }).getByRole('button').click()
    const trouble = dialog.locator('.trouble, [role="alert"]').first()
    await trouble.waitFor()
    check(new RegExp(String(s.port)).test(await trouble.innerText()), `${s.name}, the server gone while its tables are shown: ${(await trouble.innerText()).replaceAll('\n', ' ')}`)
    await page.keyboard.press('Escape')
    await ask(s, password)
    await trouble.waitFor()
    check(new RegExp(String(s.port)).test(await trouble.innerText()), `${s.name}, nobody there: ${(await trouble.innerText()).replaceAll('\n', ' ')}`)
    await shoot(`gone-${s.name}`)
    await page.keyboard.press('Escape')
  }
  const holds = dir => readdirSync(dir).flatMap(f => { const p = join(dir, f); return statSync(p).isDirectory() ? holds(p) : readFileSync(p).includes(password) ? [p] : [] })
  check(holds(home).length === 0, 'the password stands in no file')
} catch (e) {
  await shoot('stopped')
  check(false, e.message)
} finally {
  await browser.close()
  server.kill()
  rmSync(home, { recursive: true, force: true })
}
end()
