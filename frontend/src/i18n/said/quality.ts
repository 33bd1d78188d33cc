// What the program says of judging a twin, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const quality: Said = {
  'core/quality': {
    '%s: %q is not a %s': '{1}：{2} 不是{3*}',
    'column %q is %s in the real table but %s in the %s': '列 {1} 在真实表中是{2*}，而在{4*}中是{3*}',
    'columns are matched by name; keys and free text are left out': '各列按名称对应；标识和自由文本不比较',
    "repair the column's type in one of the tables, or leave it out of both": '请修复其中一张表里该列的类型，或两边都舍去',
    'the %s %q has no rows, there is nothing to judge': '{1*} {2} 没有数据行，无从评判',
    'the %s cannot be judged: %s': '{1*}无法评判：{2}',
    'the real table %q and the synthetic table %q share no column that can be compared': '真实表 {1} 与合成表 {2} 没有可比较的共同列',
    'this report compares no columns, there is nothing to show': '此报告没有比较任何列，没有可显示的内容',
    'check that both columns are there and hold the same kind of values': '请检查两列都存在，且值的类型相同',
    'key %s cannot be looked up in these tables': '无法在这些表中核对键 {1}',
    'there is no synthetic table %q': '没有合成表 {1}',
    'column %q of table %q holds text, not times': '表 {2} 的列 {1} 是文本，不是时间',
    'repair it to a date first': '请先将它修复为日期',
    'set more rows aside, or leave the shadow attack out': '请留出更多行，或不做影子攻击',
    'shadow model %d: %s': '第 {1} 个影子模型：{2}',
    'shadow models need at least 600 real rows that were set aside': '影子模型至少需要 600 行留出的真实数据',
    'group %q is not a column that all tables have': '分组列 {1} 并非每张表都有',
    'name a column such as sex or region; keys, free text and empty columns are left out': '请指明 sex 或 region 这样的列；标识、自由文本和空列不可用',
    'column %q has no value %q': '列 {1} 没有值 {2}',
    'in the real table %s of the %s rows have %q = %q, nothing can be learned from that': '真实表的 {2} 行中有 {1} 行满足 {3} = {4}，无法据此学习',
    'in the holdout %s of the %s rows have %q = %q, nothing can be learned from that': '留出表的 {2} 行中有 {1} 行满足 {3} = {4}，无法据此学习',
    'in the synthetic table %s of the %s rows have %q = %q, nothing can be learned from that': '合成表的 {2} 行中有 {1} 行满足 {3} = {4}，无法据此学习',
    'in the %s %s of the %s rows have %q = %q, nothing can be learned from that': '{1*}的 {3} 行中有 {2} 行满足 {4} = {5}，无法据此学习',
    'name a column of categories': '请指明一个类别列',
    'target %q has no classes of which one could be made more frequent': '目标列 {1} 没有可增多的类别',
    'keys, free text and empty columns are left out; leave the target empty to have one chosen': '标识、自由文本和空列不可用；目标留空则自动选择',
    'target %q is not a column that all tables have and that can be predicted': '目标列 {1} 并非每张表都有，或无法预测',
  },
}
