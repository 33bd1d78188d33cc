// What stocks, planned calendars and experiments say, in Chinese; see messages.ts.
import type { Pattern } from './messages'

const stock = 'core/promo/stock.go', planned = 'core/promo/planned.go', outcome = 'core/promo/outcome.go', uplift = 'core/uplift/check.go', columns = 'app/uplift.go'

export const experimentPatterns: readonly Pattern[] = [
  [outcome, '%s runs out in %s: %.0f units are asked for, %.0f are there to sell.', '{1} 在 {2} 卖断货：需求 {3} 件，可卖 {4} 件。'],
  [stock, 'a stock of item %q, which is not in the plan', '商品 {1} 的库存：该商品不在方案中'],

  [planned, 'no product of the history is called that; check its number.', '历史中没有这个商品，请核对编号。'],
  [planned, 'several products are called that; write its number.', '有几个商品同名，请写编号。'],
  [planned, 'no store of the history is called that; leave it empty for all stores.', '历史中没有这个门店；留空表示所有门店。'],
  [planned, 'that is not a depth; write 0.2 or 20%.', '这不是折扣；请写成 0.2 或 20%。'],
  [planned, 'that is not a price.', '这不是价格。'],
  [planned, 'the price lies above the base price, %.2f.', '价格高于原价 {1}。'],
  [planned, 'that is more than 90% off; a depth is a fraction off the base price.', '降价超过 90%；折扣是相对原价降低的比例。'],
  [planned, 'nothing is offered: no depth, no feature and no display.', '没有任何促销：既没有折扣，也没有广告和陈列。'],
  [planned, 'plan weeks are counted from 0 to 103.', '规划周从 0 数到 103。'],
  [planned, 'the history counts its weeks; write %s and so on.', '历史按周编号；请写成 {1} 这样。'],
  [planned, 'that is not a date; write 2024-03-31.', '这不是日期；请写成 2024-03-31。'],
  [planned, 'the promotion ends before it begins.', '促销的结束早于开始。'],
  [planned, 'it lies in the past; weeks to plan begin at %s.', '时间已过；可规划的周从 {1} 开始。'],
  [planned, 'it lies more than two years ahead.', '时间在两年以后。'],
  [planned, '%s has another offer in week %s further up: this one holds.', '{1} 在 {2} 这周上面还有一个促销：以这一行为准。'],
  [planned, 'weeks to plan begin at %s', '可规划的周从 {1} 开始'],
  [planned, 'name the columns item, from, to, depth or price, and type, as a saved calendar does', '请把列命名为 item、from、to、depth 或 price、type，与保存的日历相同'],

  [uplift, 'nothing is known of the persons of the campaign', '没有关于这些人的任何信息'],
  [uplift, 'name columns of what was known before it: effects differ by these', '请指明活动之前已知的列：效果因它们而异'],
  [uplift, 'row %d: the outcome is not a number', '第 {1} 行：结果不是数字'],
  [uplift, 'give 0 to those who did nothing', '没有行为的人请填 0'],
  [uplift, 'at least %d on either side are needed; keep a larger group apart next time', '两边至少各需要 {1} 人；下次请留出更大的对照组'],
  [uplift, 'at least %d are needed; take a longer time after the campaign, or another outcome', '至少需要 {1} 人；请取活动之后更长的时间，或换一个结果'],
  [columns, '%s, column %q does not say who was reached: it holds %s', '{1} 的列 {2} 没有说明触达了谁：其中有 {3}'],
  [columns, 'it needs 1 and 0, or yes and no; or name the value that means reached: --treatment VALUE', '需要 1 和 0，或 yes 和 no；或指明表示触达的值'],
]
