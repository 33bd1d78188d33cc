// Small clients of the browsers' own remote controls: W3C WebDriver for
// WebKitGTK (WebKitWebDriver) and Marionette for Firefox. Playwright drives
// neither as Debian ships them.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

const freePort = () => new Promise((resolve, reject) => {
  const s = createServer().once('error', reject).listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)) })
})

/** until asks again and again; it throws what was last seen when time is over. */
export async function until(what, ask, ms = 20_000) {
  let last
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    try {
      if ((last = await ask())) return last
    } catch (e) {
      last = e
    }
  }
  throw new Error(`${what}: not within ${ms / 1000} s (${last instanceof Error ? last.message : JSON.stringify(last)})`)
}

/** screen starts a virtual screen, unless there is one; it answers the environment to use. */
export async function screen(size = '1440x900') {
  for (let n = 90 + (process.pid % 400); n < 600; n++) {
    const x = spawn('Xvfb', [`:${n}`, '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], { stdio: 'ignore' })
    const ended = new Promise(resolve => x.once('exit', resolve))
    await Promise.race([ended, sleep(700)])
    if (x.exitCode === null && x.signalCode === null) return { env: { ...process.env, DISPLAY: `:${n}`, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1' }, close: () => x.kill() }
  }
  throw new Error('no virtual screen could be started')
}

/** webkit opens a session of WebKitWebDriver: of the program given, or of WebKitGTK's MiniBrowser. */
export async function webkit({ binary, args = [], env }) {
  const port = await freePort()
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const call = async (method, path, body) => {
    const r = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(60_000) })
    const { value } = await r.json()
    if (!r.ok) throw new Error(`${path}: ${value.error}: ${value.message}`)
    return value
  }
  await until('WebKitWebDriver', () => call('GET', '/status'), 10_000)
  const begun = performance.now()
  const options = binary ? { 'webkitgtk:browserOptions': { binary, args } } : {}
  const { sessionId, capabilities } = await call('POST', '/session', { capabilities: { alwaysMatch: options } })
  const started = performance.now() - begun
  const at = `/session/${sessionId}`
  return {
    version: `${capabilities.browserName} ${capabilities.browserVersion}`, started,
    open: url => call('POST', `${at}/url`, { url }),
    js: (script, ...args) => call('POST', `${at}/execute/sync`, { script, args }),
    click: async css => {
      const found = await call('POST', `${at}/element`, { using: 'css selector', value: css })
      await call('POST', `${at}/element/${Object.values(found)[0]}/click`, {})
    },
    shot: async file => writeFileSync(file, Buffer.from(await call('GET', `${at}/screenshot`), 'base64')),
    close: async () => {
      await Promise.race([call('DELETE', at).catch(() => undefined), sleep(3000)])
      driver.kill()
    },
  }
}

/** firefox opens a headless Firefox with a profile of its own, spoken to by Marionette. */
export async function firefox({ env }) {
  const profile = mkdtempSync(join(tmpdir(), 'shoptwin-firefox-'))
  const port = await freePort()
  writeFileSync(join(profile, 'user.js'), [`user_pref("marionette.port", ${port});`, 'user_pref("browser.shell.checkDefaultBrowser", false);', 'user_pref("datareporting.policy.dataSubmissionEnabled", false);', 'user_pref("app.update.enabled", false);', 'user_pref("browser.startup.homepage_override.mstone", "ignore");'].join('\n'))
  const browser = spawn('firefox-esr', ['-headless', '-no-remote', '-marionette', '-profile', profile], { env: { ...env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' }, stdio: 'ignore' })
  const socket = await until('Firefox', () => new Promise((resolve, reject) => { const s = connect(port, '127.0.0.1', () => resolve(s)).once('error', reject) }), 60_000)
  let text = Buffer.alloc(0), last = 0
  const waiting = new Map()
  socket.on('data', data => { // each message is its length, a colon and JSON
    text = Buffer.concat([text, data])
    for (;;) {
      const colon = text.indexOf(':'), length = Number(text.subarray(0, colon))
      if (colon < 0 || text.length < colon + 1 + length) return
      const message = JSON.parse(text.subarray(colon + 1, colon + 1 + length))
      text = text.subarray(colon + 1 + length)
      if (!Array.isArray(message)) continue // it introduces itself
      const [, id, error, result] = message
      waiting.get(id)?.(error, result)
    }
  })
  const call = (name, params = {}) => new Promise((resolve, reject) => {
    const id = ++last, body = JSON.stringify([0, id, name, params])
    waiting.set(id, (error, result) => error ? reject(new Error(`${name}: ${error.message}`)) : resolve(result?.value ?? result))
    socket.write(`${Buffer.byteLength(body)}:${body}`)
  })
  const { capabilities } = await call('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } })
  await call('WebDriver:SetWindowRect', { width: 1280, height: 1000 })
  return {
    version: `${capabilities.browserName} ${capabilities.browserVersion}`,
    open: url => call('WebDriver:Navigate', { url }),
    js: (script, ...args) => call('WebDriver:ExecuteScript', { script, args }),
    shot: async file => writeFileSync(file, Buffer.from(await call('WebDriver:TakeScreenshot', { full: false }), 'base64')),
    close: async () => {
      socket.destroy()
      browser.kill()
      await Promise.race([new Promise(resolve => browser.once('exit', resolve)), sleep(5000)])
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
