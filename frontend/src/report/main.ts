import { mount } from 'svelte'
import { carried } from '../backend/carried'
import Page from './Page.svelte'
import './report.css'

const target = document.getElementById('page')
if (!target) throw new Error('the page has no #page')
const data = carried()
document.documentElement.lang = data.lang
mount(Page, { target, props: { data } })
