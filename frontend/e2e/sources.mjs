// The part of the walk that brings data in otherwise than by one file: a zip
// of two tables, a folder, the way to a database; and what the tables say of
// each other.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** crc is the checksum of zip files. */
function crc(b) {
  let c = ~0
  for (const x of b) {
    c ^= x
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0)
  }
  return ~c >>> 0
}

/** zip packs texts without making them smaller. */
function zip(files) {
  const parts = [], list = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const n = Buffer.from(name), b = Buffer.from(text), head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(0x0800, 2)
    head.writeUInt32LE(crc(b), 10)
    head.writeUInt32LE(b.length, 14)
    head.writeUInt32LE(b.length, 18)
    head.writeUInt16LE(n.length, 22)
    const more = Buffer.alloc(14)
    more.writeUInt32LE(at, 10)
    parts.push(Buffer.from('PK\x03\x04'), head, n, b)
    list.push(Buffer.from('PK\x01\x02\x14\x00'), head, more, n)
    at += 30 + n.length + b.length
  }
  const size = list.reduce((s, b) => s + b.length, 0), end = Buffer.alloc(18)
  end.writeUInt16LE(Object.keys(files).length, 4)
  end.writeUInt16LE(Object.keys(files).length, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, ...list, Buffer.from('PK\x05\x06'), end])
}

/** sources walks through the Data screen of the project that is open. */
export async function sources(page, folder, { check, screen, shoot, choose, axe }) {
  const products = 'sku,product\n' + Array.from({ length: 40 }, (_, i) => `S${i},Product ${i}\n`).join('')
  const sales = 'receipt,sku,qty,twice\n' + Array.from({ length: 600 }, (_, i) => `Z${i},S${(i * 7) % 40},${1 + (i % 9)},${2 + 2 * (i % 9)}\n`).join('')
  const packed = join(folder, 'till.zip'), tills = join(folder, 'tills')
  writeFileSync(packed, zip({ 'sold.csv': sales, 'goods.csv': products }))
  mkdirSync(tills, { recursive: true })
  for (const m of ['01', '02']) writeFileSync(join(tills, `${m}.csv`), 'Takings of the till\n\nday,shop,takings\n' + Array.from({ length: 20 }, (_, i) => `2024-${m}-${String(i + 1).padStart(2, '0')},York,${i * 3}\n`).join(''))

  await screen('data').click()
  await choose(page.getByRole('button', { name: /Add files/ }), packed)
  await page.locator('dialog .list input').first().check()
  await page.locator('dialog .list').getByRole('button', { name: /sold\.csv/ }).click()
  await page.locator('dialog .rows td', { hasText: 'Z3' }).first().waitFor()
  check(true, 'a zip of two tables asks which to take, and shows their first rows')
  await shoot('data-choose')
  await axe('the choice of tables')
  await page.getByRole('button', { name: 'Import 2 tables' }).click()
  await page.locator('[role="option"]', { hasText: 'sold' }).click()
  await page.locator('.middle tbody tr', { hasText: 'sku' }).click()
  await page.getByText(/Found in .*goods.*\.sku/).first().waitFor()
  check(true, 'what a column refers to is found')
  await page.locator('.middle tbody tr', { hasText: 'twice' }).click()
  await page.getByRole('button', { name: /gives this column away/ }).click()
  await page.locator('.pane li', { hasText: 'qty' }).waitFor()
  check(true, 'and which column gives another away')
  await shoot('data-links')

  const folderChooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add a folder…' }).click()
  await (await folderChooser).setFiles(tills)
  await page.locator('[role="option"]', { hasText: 'tills' }).click()
  await page.locator('.bar-top', { hasText: '40 rows' }).waitFor()
  check(true, 'a folder is one table, titles above the names left out')

  await page.getByRole('button', { name: 'Connect…' }).click()
  await page.locator('dialog input').nth(2).fill('shop')
  check(await page.locator('dialog').innerText().then(x => /written to no file/.test(x)), 'a connection says where its password goes')
  await shoot('data-connect')
  await axe('the way to a database')
  await page.keyboard.press('Escape')
}
