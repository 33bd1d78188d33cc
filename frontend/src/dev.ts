// The page on the made-up program; see dev.html.
import { mount } from 'svelte'
import './app.css'
import { use } from './backend'
import { fake, type FakeOptions } from './backend/fake'

const ask = new URLSearchParams(location.search)
use(fake({ ...(Object.fromEntries(ask) as FakeOptions), failing: ask.has('failing') }))
for (const key of ['theme', 'lang']) if (ask.has(key)) localStorage.setItem(`shoptwin.${key}`, ask.get(key) ?? '')
const target = document.getElementById('app')
if (target) void import('./App.svelte').then(({ default: App }) => mount(App, { target }))
