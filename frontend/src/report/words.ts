// Words of the page of plans, in both languages. It carries no others.
import { count, day, money, nf, pct, signed, type Lang } from '../i18n/format'

const en = {
  day: (label: string) => day(label),
  title: (project: string) => `What if: ${project}`,
  made: (day: string) => `Promotion plans made with Shoptwin on ${day}. Change them: every answer is computed in this page, by the same model, with no network. No row of the shop's data is in this file.`,
  plans: 'Plans', plan: (name: string) => `Plan ${name}`, reset: 'As it was sent',
  profit: 'Profit', units: 'Units', unitsOf: (x: string) => `${x} units`,
  none: 'No offers: nothing changes', gains: (size: string) => `This plan gains ${size}`, loses: (size: string) => `This plan loses ${size}`, either: (size: string) => `It could go either way: ${size}`,
  ninety: (lo: string, hi: string, base: string, chance: string) => `Nine times in ten between ${lo} and ${hi}, against ${base} without promotion. Chance of a gain: ${chance}.`,
  extra: 'Extra sales', priceCut: 'Price cut', taken: 'Taken from other products', pulled: 'Taken from later weeks', short: 'Out of stock', funding: 'Supplier pays', fixed: 'Display and feature', net: 'Change',
  why: 'Why', weekly: 'Week by week', weeklyWhat: 'of the products in the plan; the bands hold 80% and 90%', noPromo: 'no offers', guess: 'guess',
  offers: 'Offers', product: 'Product', week: 'Week', depth: 'Discount', price: 'Price', display: 'Display', feature: 'Feature', change: 'Change by product', remove: 'Remove this offer', add: 'Add the offer', another: 'One more offer',
  depthOf: (product: string, week: string) => `Discount on ${product}, week of ${week}`,
  outside: (tried: string) => `deeper than ever tried (${tried})`,
  all: 'All offers', deeper: 'All deeper', supplier: 'Supplier pays of the discount', cost: 'Purchase cost', traffic: 'Customers', points: (v: number) => `${signed(v)} points`,
  how: 'How far to trust it',
  tried: (weeks: number, model: number, sheet: number) => `On ${count(weeks, 'week')} that the model had not seen it missed promoted sales by ${pct(model)}${sheet > 0 ? `; a spreadsheet's method missed them by ${pct(sheet)}` : ''}.`,
  bands: 'An interval of 90% should hold the truth nine times in ten. What was never tried in the shop is a guess and marked so.',
  left: 'Products observed in fewer than five weeks are not in this file; what only they would gain or lose is not counted.',
  computed: (ms: number) => `computed here in ${nf(ms, ms < 10 ? 1 : 0)} ms`, loading: 'Getting ready…',
  old: 'This browser cannot compute in the page.', oldHint: 'Open the file in a browser of 2023 or later.',
  spent: (x: number) => `Discounts given: ${money(x)}`,
}

const zh: typeof en = {
  day: label => day(label, 'zh-CN'),
  title: project => `假如：${project}`,
  made: day => `由 Shoptwin 于 ${day} 制作的促销方案。可以随意改动：所有结果都由同一模型在本页内算出，不用网络。文件中不含门店的任何一行数据。`,
  plans: '方案', plan: name => `方案 ${name}`, reset: '恢复原样',
  profit: '利润', units: '销量', unitsOf: x => `${x} 件`,
  none: '没有促销：没有变化', gains: size => `此方案多赚 ${size}`, loses: size => `此方案少赚 ${size}`, either: size => `盈亏难定：${size}`,
  ninety: (lo, hi, base, chance) => `十次中有九次介于 ${lo} 与 ${hi} 之间；不促销为 ${base}。有所得的可能：${chance}。`,
  extra: '多卖出', priceCut: '让价', taken: '挤占其他商品', pulled: '透支后几周', short: '缺货', funding: '供应商补贴', fixed: '陈列与海报费', net: '变化',
  why: '原因', weekly: '逐周', weeklyWhat: '方案内商品；色带为 80% 与 90% 区间', noPromo: '不促销', guess: '推测',
  offers: '促销', product: '商品', week: '周', depth: '折扣', price: '价格', display: '陈列', feature: '海报', change: '各商品变化', remove: '删除此促销', add: '加入', another: '再加一项',
  depthOf: (product, week) => `${product} 在 ${week} 那一周的折扣`,
  outside: tried => `超过试过的最大折扣（${tried}）`,
  all: '全部促销', deeper: '都再降', supplier: '供应商承担的折扣', cost: '进货成本', traffic: '客流', points: v => `${signed(v)} 个百分点`,
  how: '可信程度',
  tried: (weeks, model, sheet) => `在模型没有见过的 ${weeks} 周里，促销销量的误差为 ${pct(model)}${sheet > 0 ? `；电子表格的算法为 ${pct(sheet)}` : ''}。`,
  bands: '90% 区间应当十次中有九次包含真值。门店从未试过的只是推测，并已标明。',
  left: '观察不足五周的商品不在此文件中；只由它们带来的得失未计入。',
  computed: ms => `本页用时 ${nf(ms, ms < 10 ? 1 : 0)} 毫秒`, loading: '正在准备…',
  old: '此浏览器无法在页面内计算。', oldHint: '请用 2023 年以后的浏览器打开本文件。',
  spent: x => `让利共 ${money(x)}`,
}

export type Words = typeof en
export const wordsOf = (lang: Lang): Words => (lang === 'zh-CN' ? zh : en)
