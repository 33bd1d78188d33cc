// 分享、保存与撤销的用语：报告与整个方案。键与 share.en.ts 相同。
import type { share as en } from './share.en'

export const share: typeof en = {
  plan: name => `方案 ${name}`,
  copyTo: name => `复制到方案 ${name}`,
  copied: (from, to) => `方案 ${to} 现与方案 ${from} 相同。`,
  empty: '清空全部促销',
  emptied: name => `方案 ${name} 已清空，锁定的单元格除外。`,
  drop: product => `移出 ${product}`,
  dropped: product => `${product} 已移出日历。`,
  levers: '对全部促销的假设已恢复原样。',
  whatIf: '假设分析报告',
  whatIfTip: '一个网页，含这些方案与滑块，没有 Shoptwin 的人也能打开；其中不含任何一行数据',
  recommend: '报告',
  recommendTip: '一个网页，含方法比较与商品搭配，没有 Shoptwin 的人也能打开；其中不含任何顾客',
  preparing: '正在准备…',
  kept: name => `${name} 已写好，任何浏览器都能打开，无需网络。`,
}
