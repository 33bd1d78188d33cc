// What the program says of the program behind the page, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const program: Said = {
  'app/serve': {
    'a page in a browser cannot name a folder to move the data to': '浏览器中的页面不能指定移动数据的文件夹',
    'close Shoptwin and run: shoptwin move FOLDER': '请关闭 Shoptwin 并运行：shoptwin move 文件夹',
    "make room on the disk of Shoptwin's home folder": '请腾出 Shoptwin 数据文件夹所在磁盘的空间',
  },
  'frontend/src/backend': {
    'Shoptwin does not answer.': 'Shoptwin 没有响应。',
    'It may have been closed. Start it again with: shoptwin serve': '它可能已关闭。请重新启动：shoptwin serve',
  },
}
