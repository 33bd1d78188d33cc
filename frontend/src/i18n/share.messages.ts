// What the program says about reports, the gate before exports and moving the data, in Chinese; see messages.ts.
import type { Pattern } from './messages'

const home = 'app/home.go', move = 'app/move.go', gate = 'app/gate.go', page = 'app/share.go', sent = 'app/sharerecommend.go', settings = 'app/settings.go', store = 'store/move.go', confine = 'app/serve/confine.go'

export const sharePatterns: readonly Pattern[] = [
  [home, 'the data were moved from %s to %s, which is not there', '数据已从 {1} 移到 {2}，但那里不存在'],
  [home, 'plug in its disk, or name another folder with --home', '请接上该磁盘，或用 --home 指定其他文件夹'],
  [home, 'the folder %s was moved in a circle', '文件夹 {1} 的移动记录首尾相接'],
  [home, 'delete %s in it', '请删除其中的 {1}'],
  [move, '%q is no whole path of a folder', '{1} 不是完整的文件夹路径'],
  [move, 'name it from the root on, such as %s', '请从根目录写起，例如 {1}'],
  [move, '%s and %s lie within each other', '{1} 与 {2} 一个在另一个之中'],
  [move, 'choose a folder outside', '请选择其外的文件夹'],
  [move, '%s is not empty: it holds %s', '{1} 不是空的：其中有 {2}'],
  [move, 'choose an empty folder, or a new one in it', '请选择空文件夹，或在其中新建一个'],
  [move, '%s is no folder', '{1} 不是文件夹'],
  [move, 'choose another', '请另选一个'],
  [move, '%s is on no disk that is there', '{1} 所在的磁盘不存在'],
  [move, 'choose another folder', '请选择其他文件夹'],
  [move, '%s has room for %d MB, the data take %d MB', '{1} 可容纳 {2} MB，数据需要 {3} MB'],
  [move, 'free some space, or choose another disk', '请腾出空间，或选择其他磁盘'],
  [move, '%s reads otherwise than it was written', '{1} 读出的内容与写入的不同'],
  [store, 'the disk may be damaged: choose another folder', '磁盘可能已损坏：请选择其他文件夹'],
  [gate, '%s does not pass the privacy gate: %s', '{1} 未通过隐私关卡：{2}'],
  [gate, 'teach it again with differential privacy or without the column, or loosen the gate in Settings', '请用差分隐私或不含该列重新学习，或在设置中放宽关卡'],
  [gate, '%q is no way to guard exports', '{1} 不是导出关卡的等级'],
  [gate, 'choose %s or %s, or leave it empty', '请选择 {1} 或 {2}，或留空'],
  [page, 'there is no report in the language %q', '没有语言为 {1} 的报告'],
  [page, 'use en or zh-CN', '请用 en 或 zh-CN'],
  [page, 'this program was built without the pages of its reports', '此程序构建时未包含报告页面'],
  [page, 'run `make build`', '请运行 `make build`'],
  [sent, 'the recommender learned from %d customers, too few to tell others about', '推荐模型只学自 {1} 位顾客，太少，不宜告诉他人'],
  [sent, 'learn from at least %d', '请至少从 {1} 位学习'],
  [settings, 'there is no old copy of the data', '没有留下的旧数据副本'],
  [confine, 'a page in a browser cannot name a folder to move the data to', '浏览器中的页面不能指定移动数据的文件夹'],
  [confine, 'close Shoptwin and run: shoptwin move FOLDER', '请关闭 Shoptwin 并运行：shoptwin move 文件夹'],
]
