import { mount } from 'svelte'
import { carriedKin } from '../../backend/carriedkin'
import '../report.css'
import Page from './Page.svelte'

const target = document.getElementById('page')
if (!target) throw new Error('the page has no #page')
const data = carriedKin()
document.documentElement.lang = data.lang
mount(Page, { target, props: { data } })
