// Words of the page of recommendations, in both languages. It carries no others.
import { count, nf, pct, type Lang } from '../../i18n/format'

const en = {
  title: (project: string) => `What customers want next: ${project}`,
  made: (day: string) => `Made with Shoptwin on ${day}. What goes together is computed in this page, with no network.`,
  from: (customers: number, events: number, items: number) => `Learned from ${count(events, 'event')} of ${count(customers, 'customer')} with ${count(items, 'product')}.`,
  best: (method: string, found: string) => `${method} finds ${found} of what customers take next in its first ten`,
  only: (method: string) => `${method} is in use; methods were not compared`,
  asked: (customers: number) => `Asked once, of ${count(customers, 'customer')} whose last events no method had seen.`,
  method: 'Method', kind: 'Kind', found: 'Found in 10', foundTip: 'Recall@10: of the products that a customer took next, the share among the first ten; mean over customers',
  interval: 'with its 95% interval', ndcg: 'NDCG@10', ndcgTip: 'As found in 10, but what stands higher counts more (Järvelin and Kekäläinen 2002)', fresh: 'New to them', freshTip: 'Found in 10, of products that the customer had never had',
  learned: 'network', control: 'simple rule', mixture: 'mixture', used: 'in use',
  dotted: 'Dotted: the best simple rule. A network has to beat it.',
  gain: (method: string, mean: string, lo: string, hi: string) => `${method} against the best simple rule: ${mean} points [${lo}, ${hi}].`,
  places: 'What a place on the list promises', placesWhat: 'Share of the customers who took what stood there', place: 'Place', took: 'Took it',
  names: { popularity: 'Bestsellers', 'recent popularity': 'Recent bestsellers', ItemKNN: 'Product neighbours', 'personal frequency': 'Bought before', Markov: 'What follows', 'linear transitions': 'What follows, weighed', 'self-attention': 'Self-attention', blend: 'Blend', stack: 'Stack of trees', 'spectral filter': 'Spectral filter', walk: 'Walks', 'boosted trees': 'Boosted trees', 'recency and frequency': 'Last visit and visits' } as Record<string, string>,
  ask: 'What goes with a product?', askWhat: 'Choose one for the evidence, more for what goes with all of them.', pick: 'Product', add: 'Add', takeOut: (item: string) => `Take ${item} out`, unknown: (text: string) => `No product here is called “${text}”.`,
  goesWith: (item: string) => `What goes with ${item}`, goesWithAll: (count: number) => `What goes with these ${count} products`,
  product: 'Product', both: 'Baskets with both', conf: 'Of its baskets', times: 'Times chance', timesTip: 'As often as products that have nothing to do with each other would meet, after shrinking rare pairs to the usual (DuMouchel 1999)',
  none: 'Nothing goes with it more often than by chance.', order: 'In order of how strongly they belong to all of them.',
  computed: (ms: number) => `computed here in ${nf(ms, ms < 10 ? 1 : 0)} ms`, loading: 'Getting ready…',
  links: 'The strongest links', linksWhat: 'Pairs that are bought together most beyond chance', pair: 'Products',
  soon: (days: number) => `Who comes within ${count(days, 'day')}`, soonWhat: (customers: number, share: string) => `${count(customers, 'customer')} asked; ${share} of them came.`, chance: 'Chance that was told', came: 'Came', customers: 'Customers', calibrated: 'Told chances, and how often they came true: on the line is right.', off: (ece: string) => `Off by ${ece} points on average.`,
  segments: 'Customers in groups', group: 'Group', last: 'Last here', daysAgo: (d: number) => (d === 1 ? '1 day ago' : `${nf(d)} days ago`), visits: 'Visits', spend: 'Spent', median: 'medians',
  how: 'How far to trust it',
  least: (shown: number, all: number) => `No customer is in this file, and nothing that fewer than five customers did: ${nf(shown)} of ${count(all, 'product')} are here.`,
  chosen: 'Choices were made on events before those that the methods were asked about, and each method was asked once.',
  cause: 'That products are bought together does not say that one sells the other: placing them apart or cheaper may change little. Try it in a few stores.',
  old: 'This browser cannot compute in the page.', oldHint: 'Open the file in a browser of 2023 or later.',
}

const zh: typeof en = {
  title: project => `顾客接下来想要什么：${project}`,
  made: day => `由 Shoptwin 于 ${day} 制作。商品搭配在本页内算出，不用网络。`,
  from: (customers, events, items) => `学自 ${nf(customers)} 位顾客对 ${nf(items)} 种商品的 ${nf(events)} 条记录。`,
  best: (method, found) => `顾客接下来买的东西，${method} 的前十名中有 ${found}`,
  only: method => `使用 ${method}，未作比较`,
  asked: customers => `对 ${nf(customers)} 位顾客各考一次，他们最后的记录任何方法都没有见过。`,
  method: '方法', kind: '类别', found: '前十命中', foundTip: 'Recall@10：顾客接下来所买商品中位于前十名的比例，按顾客平均',
  interval: '与 95% 区间', ndcg: 'NDCG@10', ndcgTip: '与前十命中相似，但名次越前分量越重（Järvelin 与 Kekäläinen 2002）', fresh: '新商品', freshTip: '顾客从未买过的商品中，前十命中的比例',
  learned: '网络', control: '简单方法', mixture: '混合', used: '使用中',
  dotted: '虚线：最好的简单方法，网络要胜过它才值得用。',
  gain: (method, mean, lo, hi) => `${method} 与最好的简单方法相差 ${mean} 个百分点 [${lo}, ${hi}]。`,
  places: '名次意味着什么', placesWhat: '买了该名次商品的顾客比例', place: '名次', took: '买了',
  names: { popularity: '热门商品', 'recent popularity': '近期热门', ItemKNN: '相邻商品', 'personal frequency': '常买的', Markov: '接着买的', 'linear transitions': '接着买的（加权）', 'self-attention': '自注意力', blend: '加权混合', stack: '树的堆叠', 'spectral filter': '谱滤波', walk: '随机游走', 'boosted trees': '提升树', 'recency and frequency': '最近与次数' },
  ask: '什么与它搭配？', askWhat: '选一种看依据，选几种看与它们都搭配的。', pick: '商品', add: '加入', takeOut: item => `移出 ${item}`, unknown: text => `这里没有叫“${text}”的商品。`,
  goesWith: item => `与 ${item} 搭配的`, goesWithAll: count => `与这 ${count} 种商品搭配的`,
  product: '商品', both: '同单次数', conf: '占其订单', times: '偶然的倍数', timesTip: '相对互不相干的商品偶然相遇的倍数，少见的组合向常态收缩（DuMouchel 1999）',
  none: '没有比偶然更常一起买的。', order: '按与它们全部的相关程度排列。',
  computed: ms => `本页用时 ${nf(ms, ms < 10 ? 1 : 0)} 毫秒`, loading: '正在准备…',
  links: '最强的搭配', linksWhat: '超出偶然最多的一起购买', pair: '商品',
  soon: days => `谁会在 ${days} 天内来`, soonWhat: (customers, share) => `考察 ${nf(customers)} 位顾客，其中 ${share} 来了。`, chance: '预告的可能性', came: '来了', customers: '顾客', calibrated: '预告的可能性与实际比例：落在线上即为准确。', off: ece => `平均偏差 ${ece} 个百分点。`,
  segments: '顾客分组', group: '分组', last: '上次光顾', daysAgo: d => `${nf(d)} 天前`, visits: '次数', spend: '消费', median: '中位数',
  how: '可信程度',
  least: (shown, all) => `文件中没有任何顾客，也没有不足五位顾客的内容：${nf(all)} 种商品中有 ${nf(shown)} 种在此。`,
  chosen: '各种选择只依据考题之前的记录作出，每种方法只考一次。',
  cause: '一起购买并不说明一种带动另一种：分开摆放或降价可能变化不大。请先在几家店试行。',
  old: '此浏览器无法在页面内计算。', oldHint: '请用 2023 年以后的浏览器打开本文件。',
}

export type Words = typeof en
export const wordsOf = (lang: Lang): Words => (lang === 'zh-CN' ? zh : en)
export const percent = (x: number): string => pct(x, 1)
