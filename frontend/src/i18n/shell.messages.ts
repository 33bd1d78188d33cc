// What the program says about projects as files, the logbook and settings, in Chinese; see messages.ts.
import type { Pattern } from './messages'

const unpack = 'app/unpack.go', runs = 'app/runs.go', data = 'app/data.go', again = 'app/reproduce.go', more = 'app/reproducemore.go'

export const shellPatterns: readonly Pattern[] = [
  [unpack, '%s is no archive of a project: %s', '{1} 不是项目文件：{2}'],
  [unpack, 'write it again with Shoptwin, or get another copy', '请用 Shoptwin 重新保存，或换一份副本'],
  [unpack, '%s was written by a newer Shoptwin (%s)', '{1} 由更新版本的 Shoptwin（{2}）写入'],
  [unpack, 'install that version or a newer one', '请安装该版本或更新的版本'],
  [runs, '%s was made by a Shoptwin that did not keep its choices', '{1} 由未保存选择的旧版 Shoptwin 生成'],
  [runs, 'train again with the same choices', '请用相同的选择重新训练'],
  [again, 'the noise of %s came from the system and was kept nowhere: that is what protects the rows', '{1} 的噪声来自系统且从未保存：正是它保护了数据行'],
  [again, 'train again with the same choices; scores will be near, not equal', '请用相同的选择重新训练；指标会接近，但不会相等'],
  [more, 'plan %s does not fit the response of today: it knows other products or stores', '方案 {1} 与现在的响应模型不符：商品或门店不同'],
  [more, 'open it on the Promote screen and save it', '请在“促销”页打开并保存'],
  [data, 'the rows of %q were left out of the archive that project %q came from', '项目 {2} 来自不含真实行的文件，{1} 的行未包含在内'],
  [data, 'import the file again, or ask for an archive with rows', '请重新导入文件，或索取含数据行的项目文件'],
]
