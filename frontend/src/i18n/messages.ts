// What the program says, in Chinese. The program writes English sentences with
// names and values in them; this table knows the sentences that people meet
// and leaves names and values as they are. What it does not know stays English.
import type { Lang } from './format'
import { recommendPatterns } from './recommend.messages'
import { sharePatterns } from './share.messages'
import { shellPatterns } from './shell.messages'
import { saidRarely } from './said.rare.zh'
import { saidOfSources } from './said.zh'
import { experimentPatterns } from './experiment.messages'

/** A file of the program, the sentence as Go formats it there, and the same in Chinese: {1} is the first value. */
export type Pattern = readonly [from: string, says: string, zh: string]

const source = 'core/source/source.go', delimited = 'core/source/delimited.go', json = 'core/source/json.go', objects = 'core/source/objects.go', excel = 'core/source/excel.go', zip = 'core/source/zip.go'
const packed = 'core/source/bytes.go', encoding = 'core/source/encoding.go', parquet = 'store/duck/parquet.go', taken = 'store/duck/import.go'
const infer = 'store/duck/infer.go', written = 'store/duck/written.go', profile = 'store/duck/profile.go', duck = 'store/duck/errors.go', store = 'store/store.go'
const cells = 'core/recipe/cells.go', repair = 'core/recipe/repair.go', rows = 'core/recipe/rows.go', transform = 'core/recipe/transform.go'
const panel = 'core/promo/panel.go', rule = 'core/plan/rule.go', clash = 'core/plan/clash.go', best = 'core/plan/best.go', planned = 'app/plan.go'
const jobs = 'app/job.go', out = 'app/export.go', upload = 'app/serve/upload.go', http = 'frontend/src/backend/http.ts'

const recipe = (file: string) => `core/recipe/${file}.go`

export const patterns: readonly Pattern[] = [
  ...shellPatterns,
  ...sharePatterns,
  ...recommendPatterns,
  // Columns
  [profile, 'All cells are missing: leave the column out.', '所有单元格都缺失：不要使用此列。'],
  [infer, 'Under 0.1 %', '不到 0.1%'],
  [profile, '%s of the cells are missing.', '{1}的单元格缺失。'],
  [profile, 'All cells hold the same value.', '所有单元格的值都相同。'],
  [profile, 'Some cells are below 0, down to %s: if goods came back, filter these rows out or keep them apart.', '有些单元格小于 0，最小为 {1}：若是退货，请筛除这些行或单独保存。'],
  [profile, 'The largest value, %s, lies far from the others: look for outliers.', '最大值 {1} 远离其他值：请检查异常值。'],
  [profile, 'The smallest value, %s, lies far from the others: look for outliers.', '最小值 {1} 远离其他值：请检查异常值。'],
  [written, '%s of the cells are not numbers, such as %q: repair the column to number.', '{1}的单元格不是数字，例如 {2}：请将此列修复为数字。'],
  [written, '%s of the cells are not numbers with a decimal comma, such as %q: repair the column to number.', '{1}的单元格不是用逗号作小数点的数字，例如 {2}：请将此列修复为数字。'],
  [infer, 'Numbers are written with signs or in several ways, such as %q: repair the column to number.', '数字带有符号或写法不一，例如 {1}：请将此列修复为数字。'],
  [infer, '%s of the cells are not dates like %q, such as %q: repair the column to date.', '{1}的单元格不是 {2} 这样的日期，例如 {3}：请将此列修复为日期。'],
  [infer, 'Dates are written in several ways, such as %q beside %q: repair the column to date.', '日期写法不一，例如 {1} 与 {2} 并存：请将此列修复为日期。'],
  [infer, 'Day and month could be swapped; read with the day first. A repair step can read it otherwise.', '日与月可能颠倒；现按“日在前”读取，可用修复步骤改变。'],

  // Rows set aside
  [delimited, '%d cells instead of %d', '有 {1} 个单元格，应为 {2} 个'],
  [delimited, 'the line is longer than %d bytes', '此行超过 {1} 字节'],
  [delimited, 'a quote is opened and never closed', '引号打开后没有关闭'],
  [delimited, 'text after a closing quote', '引号关闭后还有文字'],
  [delimited, 'a NUL byte', '含有空字节（NUL）'],
  [delimited, "bytes that are not UTF-8 (name the file's encoding)", '有不属于 UTF-8 的字节（请指明文件编码）'],
  ['core/source/sums.go', 'a line that adds up others', '这是合计行'],
  [objects, 'not valid JSON', '不是有效的 JSON'],
  [objects, 'not an object', '不是 JSON 对象'],

  // How a file was read
  [source, 'Column names were made unique and not empty: %s.', '列名已改为不重复且不为空：{1}。'],
  [taken, 'Numbers are written with a decimal comma in %s.', '以下列的数字以逗号作小数点：{1}。'],
  [parquet, 'Column %q is now %q.', '列 {1} 现名为 {2}。'],
  [excel, 'The workbook has %d sheets: %s.', '工作簿有 {1} 张表：{2}。'],

  // How a table was made
  [rows, '%s rows equal to an earlier one in all columns were dropped.', '删除了 {1} 行重复行（所有列相同）。'],
  [rows, '%s rows equal to an earlier one in %s were dropped.', '删除了 {1} 行重复行（按 {2}）。'],
  [rows, '%s rows with a missing cell in %s were dropped.', '删除了 {1} 行，因 {2} 缺失。'],
  [rows, '%s rows were dropped as outliers: %s.', '删除了 {1} 行异常值：{2}。'],
  [rows, '%s of %s rows were kept: %s.', '保留了 {2} 行中的 {1} 行：{3}。'],
  [rows, 'Column %s was added as %s; it has a value in %s of %s rows.', '新增列 {1} = {2}；{4} 行中有 {3} 行有值。'],
  [rows, 'Column %s was replaced as %s; it has a value in %s of %s rows.', '列 {1} 改为 {2}；{4} 行中有 {3} 行有值。'],
  [rows, '%d columns were kept and %d left out.', '保留 {1} 列，舍去 {2} 列。'],
  [rows, '%d columns have new names.', '{1} 列有了新名称。'],
  [cells, 'Missing cells were filled', '已填补缺失的单元格'],
  [cells, '%s: %s cells with the mean, %s', '{1}：{2} 格填均值 {3}'],
  [cells, '%s: %s cells with the median, %s', '{1}：{2} 格填中位数 {3}'],
  [cells, '%s: %s cells with the most frequent value, %s', '{1}：{2} 格填最常见的值 {3}'],
  [cells, '%s: %s cells with a line between the neighbours by %s', '{1}：{2} 格按 {3} 在相邻值之间插值'],
  [cells, '%s: %s cells with %s', '{1}：{2} 格填 {3}'],
  [cells, '%s cells were moved to the limit: %s.', '{1} 个单元格移到界限：{2}。'],
  [repair, '%s holds %s: %s cells were rewritten, %s could not be read and are missing', '{1} 为{2}：改写了 {3} 格，{4} 格无法读取，记为缺失'],
  [repair, '%s holds numbers already', '{1} 本来就是数字'],
  [repair, '%s holds dates already', '{1} 本来就是日期'],
  [repair, 'numbers', '数字'],
  [repair, 'dates, day before month where in doubt', '日期（有疑问时日在前）'],
  [repair, 'dates, month before day where in doubt', '日期（有疑问时月在前）'],
  ['app/data.go', 'recipe %s', '配方 {1}'],
  [repair, 'dates', '日期'],
  [transform, '%s %% of %s rows found their match in %s.', '{2} 行中有 {1}% 在 {3} 中找到了匹配。'],
  [recipe('asof'), '%s %% of %s rows found what held at their time in %s.', '{2} 行中有 {1}% 在 {3} 中找到了当时有效的值。'],
  [rows, '%s rows equal to another %s were dropped; the %s were kept.', '删除了 {1} 行重复行（{2}），保留{3}。'],
  [recipe('outlier'), '%s rows were marked in %s: %s.', '在 {2} 列标记了 {1} 行：{3}。'],
  [recipe('near'), '%s rows were dropped as nearly equal to another: %s.', '删除了 {1} 行近似重复行：{2}。'],
  [recipe('near'), '%s rows were marked in %s as nearly equal to another: %s.', '在 {2} 列标记了 {1} 行近似重复行：{3}。'],
  [recipe('merge'), '%s: %s rare values in %s cells became %s, %s were kept', '{1}：{3} 格中的 {2} 个少见值改为 {4}，保留 {5} 个'],
  [recipe('merge'), '%s: %s values in %s cells were merged into others', '{1}：{3} 格中的 {2} 个值并入了其他值'],
  [recipe('text'), '%s cells of %s were tidied.', '整理了 {2} 的 {1} 格。'],
  [recipe('unit'), '%s is in %s: %s cells were converted, %s could not be read and are missing', '{1} 以 {2} 为单位：换算了 {3} 格，{4} 格无法读取，记为缺失'],
  [recipe('shape'), '%s cells of %s were transformed by %s.', '用 {3} 变换了 {2} 的 {1} 格。'],
  [recipe('shape'), '%s: %s levels became numbers, %s cells with other levels are missing', '{1}：{2} 个取值改为数字，{3} 格为其他取值，记为缺失'],
  [recipe('shape'), '%d columns were left out: %s.', '舍去 {1} 列：{2}。'],
  [recipe('window'), '%d columns were added: %s.', '新增 {1} 列：{2}。'],
  [recipe('aggregate'), '%s rows became %s, one for each %s.', '{1} 行汇总为 {2} 行，每个 {3} 一行。'],
  [recipe('union'), '%s rows of %s were put behind %s.', '在 {3} 行之后追加了 {2} 的 {1} 行。'],
  [recipe('split'), 'Column %s says which part a row belongs to: %s.', '{1} 列标明每行属于哪一部分：{2}。'],
  [recipe('balance'), '%s rows of smaller classes of %s were added; each has %s now.', '为 {2} 的较小类别补充了 {1} 行；现在每类 {3} 行。'],
  [recipe('balance'), '%s rows of larger classes of %s were left out; each has %s now.', '从 {2} 的较大类别中舍去了 {1} 行；现在每类 {3} 行。'],
  [recipe('private'), '%s cells of %s became pseudonyms.', '{2} 的 {1} 格改为假名。'],
  [recipe('private'), '%s cells of %s were masked.', '遮盖了 {2} 的 {1} 格。'],
  [recipe('private'), '%s cells of %s were made coarser; %s groups of fewer than %d rows hold %s rows', '将 {2} 的 {1} 格改粗；{3} 个不足 {4} 行的组共有 {5} 行'],
  [recipe('fit'), 'Column %s is not there any more.', '列 {1} 已不存在。'],
  [recipe('fit'), 'Column %s is not there any more; it may be named %s.', '列 {1} 已不存在；现名可能是 {2}。'],
  [recipe('fit'), 'Column %s is new.', '列 {1} 是新的。'],
  [recipe('fit'), 'Column %s holds %s; it was %s.', '列 {1} 的类型是 {2}，原为 {3}。'],
  [recipe('fit'), 'Column %s has %d new values in %s rows: %s.', '列 {1} 有 {2} 个新值，共 {3} 行：{4}。'],
  [recipe('fit'), 'Step %d (%s) cannot run: %s.', '第 {1} 步（{2}）无法运行：{3}。'],
  [recipe('fit'), 'Step %d (%s): %s %% of the rows found a match; it was %s %%.', '第 {1} 步（{2}）：{3}% 的行找到匹配，原为 {4}%。'],
  [recipe('fit'), 'Step %d (%s): %s %% of the rows came or went; it was %s %%.', '第 {1} 步（{2}）：{3}% 的行有增减，原为 {4}%。'],
  [profile, 'It seems to hold data of persons (%s): leave it out, or use a step that makes pseudonyms or masks.', '此列似乎含有个人数据（{1}）：请舍去，或用假名、遮盖步骤处理。'],
  [profile, 'Values such as %q seem to stand for a missing one.', '{1} 之类的值似乎表示缺失。'],

  // Files that cannot be read
  [source, '%s is empty', '{1} 是空文件'],
  [source, 'export it again; it has 0 bytes of content', '请重新导出；文件内容为 0 字节'],
  [source, 'it holds only white space; export it again', '文件只有空白；请重新导出'],
  [source, '%s has no rows', '{1} 没有数据行'],
  [source, 'is it the right file?', '是否选错了文件？'],
  [source, '%s has a header (%s) but no rows', '{1} 只有表头（{2}），没有数据行'],
  [source, 'export it again with its rows', '请连同数据行重新导出'],
  [source, '%s: none of %d rows could be read; line %d: %s', '{1}：{2} 行全部无法读取；第 {3} 行：{4}'],
  [source, 'check delimiter and encoding, found: %q and %s', '请检查分隔符和编码；识别为 {1} 和 {2}'],
  [source, '%s is an Excel file of the old kind (.xls) or has a password', '{1} 是旧式 Excel 文件（.xls）或设有密码'],
  [source, 'save it in Excel as .xlsx without a password, or as CSV', '请在 Excel 中另存为无密码的 .xlsx 或 CSV'],
  [source, '%s is %s, not a table', '{1} 是 {2}，不是表格'],
  [source, 'Shoptwin reads CSV, TSV, Excel, JSON, JSON Lines and Parquet', 'Shoptwin 可读取 CSV、TSV、Excel、JSON、JSON Lines 和 Parquet'],
  [delimited, '%s, line %d: the line is longer than %d bytes', '{1} 第 {2} 行：此行超过 {3} 字节'],
  [delimited, 'rows must stand on lines of their own; is it really a table of text?', '每行数据应独占一行；这真的是文本表格吗？'],
  [delimited, '%s, line %d: the header cannot be read: %s', '{1} 第 {2} 行：无法读取表头：{3}'],
  [delimited, 'repair the first line', '请修正第一行'],
  [delimited, '%s, line %d: %s', '{1} 第 {2} 行：{3}'],
  [delimited, 'name the right encoding, or save the file as UTF-8', '请指定正确的编码，或将文件另存为 UTF-8'],
  [packed, '%s: the gzip data end in the middle', '{1}：gzip 数据不完整'],
  [packed, 'copy or download the file again', '请重新复制或下载该文件'],
  [packed, 'if you trust it, unpack it first and import the unpacked file', '若信任此文件，请先解压再导入'],
  [encoding, 'use a name such as utf-8, gb18030, big5, shift_jis, windows-1252 or utf-16le', '请使用 utf-8、gb18030、big5、shift_jis、windows-1252 或 utf-16le 等名称'],
  [excel, '%s is a damaged Excel file: %s', '{1} 是损坏的 Excel 文件：{2}'],
  [excel, 'open it in Excel and save it again, or as CSV', '请在 Excel 中打开并重新保存，或另存为 CSV'],
  [zip, '%s is a damaged zip or Excel file: %s', '{1} 是损坏的压缩或 Excel 文件：{2}'],
  [zip, 'copy or save the file again', '请重新复制或保存该文件'],
  [zip, '%s is a zip archive without a table in it', '压缩包 {1} 里没有表格'],
  [zip, 'unpack it and import the files inside', '请解压后导入其中的文件'],
  [excel, 'if you trust it, open it in Excel and save the sheet as CSV', '若信任此文件，请在 Excel 中打开并另存为 CSV'],
  [json, '%s is not valid JSON after %d rows: %s, near %q', '{1} 在 {2} 行之后不是有效的 JSON：{3}，位于 {4} 附近'],
  [json, 'a value is missing', '缺少一个值'],
  [json, 'export it again, or as JSON Lines or CSV, which can be read in part', '请重新导出，或改用可部分读取的 JSON Lines 或 CSV'],
  [parquet, '%s is a Parquet file whose end is missing', '{1} 是不完整的 Parquet 文件'],
  [parquet, '%s is damaged gzip: %s', '{1} 是损坏的 gzip 文件：{2}'],
  [parquet, 'copy or download it again', '请重新复制或下载'],
  [taken, '%s is a folder, not a file', '{1} 是文件夹，不是文件'],
  [duck, '%s is not there', '找不到 {1}'],
  [duck, 'check the path', '请检查路径'],
  [duck, 'you may not read it: change its permissions or copy it', '没有读取权限：请更改权限或复制一份'],

  // Room, locks, damage
  [duck, 'no room left on the disk of %s: %s', '{1} 所在的磁盘已满：{2}'],
  [duck, 'free some space there and try again; nothing was changed', '请腾出空间后重试；未作任何更改'],
  [duck, 'free some space on the disk and try again', '请腾出磁盘空间后重试'],
  [duck, 'not enough memory: %s', '内存不足：{1}'],
  [duck, 'close other programs, or work on fewer rows or columns; nothing was changed', '请关闭其他程序，或减少行或列；未作任何更改'],
  ['core/promo/file.go', 'the promotion model has version %d; this program reads version %d', '促销模型的版本为 {1}，本程序读取版本 {2}'],
  ['core/synth/file.go', 'model file of version %d; this program reads version %d', '模型文件的版本为 {1}，本程序读取版本 {2}'],
  ['core/synth/file.go', 'use the program that wrote it', '请使用写出它的程序'],
  ['core/promo/file.go', 'update Shoptwin, or fit it again from the sales', '请更新 Shoptwin，或重新学习'],
  [duck, '%s is in use by another program', '{1} 正被另一个程序使用'],
  [duck, 'close the other Shoptwin', '请关闭另一个 Shoptwin'],
  [duck, 'close the project and open it again; if that fails, restore it from a backup', '请关闭并重新打开项目；若仍失败，请从备份恢复'],
  [store, '%s is in use by another Shoptwin', '{1} 正被另一个 Shoptwin 使用'],
  [store, 'close the other one, or choose another folder with --home', '请关闭另一个，或用 --home 指定其他文件夹'],
  [store, '%s is damaged: %s', '{1} 已损坏：{2}'],
  [store, 'make room on that disk, or choose another folder with --home', '请腾出该磁盘的空间，或用 --home 指定其他文件夹'],
  [out, '%s: the disk is full, nothing was written', '{1}：磁盘已满，未写入任何内容'],
  [out, 'free some space, or choose another folder', '请腾出空间，或选择其他文件夹'],
  [out, '%s may not be written here', '无权在此写入 {1}'],
  [out, 'choose another folder, or change its permissions', '请选择其他文件夹，或更改其权限'],
  [out, '%s: there is no such folder', '{1}：没有这个文件夹'],
  [upload, "make room on the disk of Shoptwin's home folder", '请腾出 Shoptwin 数据文件夹所在磁盘的空间'],
  ['store/duck/dataset.go', 'there is no dataset %q', '没有名为 {1} 的表'],
  ['app/name.go', 'project %q has a dataset %q already', '项目 {1} 中已有表 {2}'],
  ['app/name.go', 'choose another name, or delete that dataset first', '请换一个名称，或先删除那张表'],
  ['store/project.go', 'there is a project %q already', '已有名为 {1} 的项目'],
  ['store/project.go', 'choose another name', '请换一个名称'],
  ['app/demo.go', 'the sample shop is being made already', '示例商店正在制作中'],
  ['app/demo.go', 'wait for it, or cancel that job first', '请等待，或先取消该任务'],
  // Plans: rules, and why none was found
  [rule, 'at most %.2f is spent on promotions', '促销支出不超过 {1}'],
  [rule, 'profit is at least %.1f%% of sales', '利润不低于销售额的 {1}%'],
  [rule, 'at most %d items of a category are on promotion in one week', '同一周内同一品类最多 {1} 个商品促销'],
  [rule, '%s: at least %d promotions', '{1}：至少促销 {2} 次'],
  [rule, '%s: at most %d promotions', '{1}：最多促销 {2} 次'],
  [rule, '%s: at least %d weeks between promotions', '{1}：两次促销之间至少相隔 {2} 周'],
  [rule, '%s: discounts of at least %.0f%%', '{1}：折扣不低于 {2}%'],
  [rule, '%s: discounts of at most %.0f%%, the deepest observed', '{1}：折扣不超过 {2}%，即试过的最大折扣'],
  [rule, '%s: discounts of at most %.0f%%', '{1}：折扣不超过 {2}%'],
  [rule, '%s: no promotion in the weeks %s', '{1}：在第 {2} 周不促销'],
  [rule, '%s: week %d is locked at no promotion', '{1}：第 {2} 周锁定为不促销'],
  [rule, '%s: week %d is locked at %.0f%% off', '{1}：第 {2} 周锁定为减 {3}%'],
  [clash, 'these rules cannot be kept together: %s', '以下限制无法同时满足：{1}'],
  [clash, 'without any one of them a plan exists: loosen one', '去掉其中任意一条就有方案：请放宽一条'],
  [clash, 'no plan that keeps all rules was found', '没有找到满足所有限制的方案'],
  [clash, 'loosen one of them', '请放宽其中一条'],
  [best, 'no plan was found that keeps: %s', '没有找到满足此限制的方案：{1}'],
  [best, 'parts of plans could keep it; loosen it a little', '部分方案可以满足；请略微放宽'],
  [planned, '%d of %d items were never below their base price: nothing is known of how they answer, and no offer is planned for them unless guesses are allowed', '{2} 个商品中有 {1} 个从未低于基准价：不知道它们如何响应，除非允许猜测，否则不为它们安排促销'],
  [planned, "no offer earns more than it costs: what is given away exceeds what is sold more; a supplier's funding or better margins would change that", '没有促销能赚回成本：让出的多于多卖的；供应商出资或更高的毛利会改变这一点'],
  [planned, 'an offer of %q is locked, which is not among the plan\'s items', '锁定了 {1} 的促销，但它不在方案的商品之中'],
  [planned, 'add the item to the plan', '请将该商品加入方案'],
  ['app/promo.go', 'project %q has no promotion response yet', '项目 {1} 还没有学习促销响应'],
  ['app/promo.go', 'fit one to a sales table on the Promote screen', '请在“促销”页面用销售表学习'],

  // What a response rests on
  [panel, '%d of %d rows left out: %s', '{2} 行中有 {1} 行未使用：{3}'],
  [panel, 'no item, store or date', '缺少商品、门店或日期'],
  [panel, 'no units, or less than none (returns)', '没有销量，或销量为负（退货）'],
  [panel, 'no price', '没有价格'],
  [panel, 'table %q: none of %d rows can be used; %s', '表 {1} 的 {2} 行都不可用；{3}'],
  [panel, "repair the columns' types, or name other columns", '请修正各列的类型，或指定其他列'],
  ['core/promo/calendar.go', '%d of %d items are not in the products table: they share one category', '{2} 个商品中有 {1} 个不在商品表中：它们归入同一品类'],
  ['core/promo/calendar.go', '%d of %d promotions left out: no item, dates or depth that make sense', '{2} 次促销中有 {1} 次未使用：商品、日期或折扣不合理'],
  ['core/promo/fill.go', '%d rows left out: the same item, store, week, units and price twice', '{1} 行未使用：商品、门店、周、销量和价格重复'],
  ['core/promo/fill.go', '%d weeks of series left out: sold below base price, but in no promotion of the calendar', '{1} 个序列周未使用：低于基准价售出，但不在促销日历中'],
  ['core/promo/fill.go', '%d weeks of series without a row, between others that have one: not taken for weeks without sales, which are rows of zero units', '{1} 个序列周缺少记录：不当作没有销售的周（没有销售应记为零）'],
  ['core/promo/fill.go', "%d receipt lines left out: a price or a quantity far from the item's own", '{1} 行小票未使用：价格或数量与该商品相差过大'],
  ['core/promo/model.go', 'no item was ever below its base price: how sales answer to price is assumed, not learned', '没有商品曾低于基准价：销售对价格的响应是假定的，不是学到的'],
  ['core/promo/model.go', 'only %d weeks of history: season, dips and what neighbours take are assumed more than learned', '历史只有 {1} 周：季节、囤货和邻近商品的影响多为假定'],
  ['core/promo/model.go', "no product has a category: all are taken for each other's substitutes", '没有商品有品类：都视为互相替代'],
  ['core/promo/outcome.go', '%s has little history (%d promotion weeks, %.1f units a week): most is taken from its category.', '{1} 的历史很少（促销 {2} 周，每周 {3} 件）：主要参照其品类。'],
  ['core/promo/outcome.go', "no cost is known of %d of the plan's items: a margin of 25%% of the base price is assumed.", '方案中有 {1} 个商品的成本未知：假定毛利为基准价的 25%。'],

  [jobs, '%s is being worked on (%s)', '{1} 正在处理中（{2}）'],
  [jobs, 'wait for the job to end, or cancel it', '请等待任务结束，或取消它'],
  [jobs, 'a fault of Shoptwin: %s', 'Shoptwin 内部错误：{1}'],
  [http, 'Shoptwin does not answer.', 'Shoptwin 没有响应。'],
  [http, 'It may have been closed. Start it again with: shoptwin serve', '它可能已关闭。请重新启动：shoptwin serve'],
  ...saidOfSources,
  ...experimentPatterns,
  ...saidRarely,
]

const verb = /%(?:\[\d+\])?(?:\.\d+)?([a-z%])/g

interface Known { is: RegExp; zh: string }

/** known makes a pattern of Go's format: %q takes a quoted text, other verbs anything. */
function known([, says, zh]: Pattern): Known {
  let at = 0, is = ''
  const literal = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  for (const m of says.matchAll(verb)) {
    is += literal(says.slice(at, m.index)) + (m[1] === '%' ? '%' : m[1] === 'q' ? '("(?:[^"\\\\]|\\\\.)*")' : m[1] === 'd' ? '([\\d,]+)' : '(.+?)')
    at = m.index + m[0].length
  }
  return { is: new RegExp(`^${is}${literal(says.slice(at))}$`, 'su'), zh }
}

let table: Known[] | undefined

function find(text: string): string | undefined {
  table ??= patterns.map(known)
  for (const { is, zh } of table) {
    const m = is.exec(text)
    if (m) return zh.replace(/\{(\d)\}/g, (_, n: string) => {
      const value = m[Number(n)] ?? ''
      return value.startsWith('"') ? `“${value.slice(1, -1)}”` : chinese(value)
    })
  }
  return undefined
}

/** chinese is text where the table knows it; sentences joined by semicolons go one by one. */
function chinese(text: string): string {
  const parts = text.replace(/\.$/, '').split('; ').map(find)
  const joined = () => parts.join('；') + (text.endsWith('.') ? '。' : '')
  return parts.length > 1 && parts.every(p => p !== undefined) ? joined() : find(text) ?? (parts.every(p => p !== undefined) ? joined() : text)
}

/** said is a sentence of the program in the language of the page, its percentages and counts written as everywhere else. */
export function said(text: string, lang: Lang): string {
  return (lang === 'zh-CN' ? chinese(text) : text).replace(/(\d) %/g, '$1%')
    .replace(/["“][^"”]*["”]|(?<=^|[ (])\d{5,}(?=[ ,;)]|$)/g, m => (/^\d/.test(m) ? m.replace(/\B(?=(\d{3})+$)/g, ',') : m))
}
