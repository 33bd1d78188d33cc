// What the libraries and systems under the program say, in Chinese; see
// messages.ts. It stands in no folder of ours.
import type { Said } from '../messages'

export const libraries: Said = {
  '': {
    // Files and disks
    'no such file or directory': '没有这个文件或文件夹',
    'The system cannot find the file specified.': '找不到该文件',
    'permission denied': '没有权限',
    'Access is denied.': '没有权限',
    'no space left on device': '磁盘已满',
    'file name too long': '文件名过长',
    'read-only file system': '该磁盘是只读的',
    'too many open files': '打开的文件过多',
    'input/output error': '磁盘读写出错',
    'open %s: %s': '打开 {1}：{2}',
    'read %s: %s': '读取 {1}：{2}',
    'write %s: %s': '写入 {1}：{2}',
    'mkdir %s: %s': '新建文件夹 {1}：{2}',
    'stat %s: %s': '查看 {1}：{2}',
    'unexpected EOF': '内容不完整',
    'context canceled': '已停止',
    'context deadline exceeded': '超时',
    // Packed files and workbooks
    'zip: not a valid zip file': '不是有效的 zip 文件',
    'zip: checksum error': '校验和不符',
    'zip: unsupported compression algorithm': '不支持其压缩方法',
    'gzip: invalid header': 'gzip 文件头无效',
    'gzip: invalid checksum': '校验和不符',
    'flate: corrupt input before offset %d': '第 {1} 字节之前的压缩数据已损坏',
    'the column number must be greater than or equal to %d and less than or equal to %d': '列号须在 {1} 到 {2} 之间',
    'XML syntax error on line %d: %s': '第 {1} 行 XML 语法错误：{2}',
    // JSON
    'unexpected end of JSON input': 'JSON 不完整',
    'invalid character %s looking for beginning of value': '{1} 不能作为值的开头',
    'invalid character %s after top-level value': 'JSON 结束后还有 {1}',
    'invalid character %s after object key:value pair': '字段之后不应是 {1}',
    'invalid character %s after object key': '字段名之后不应是 {1}',
    'invalid character %s after array element': '数组元素之后不应是 {1}',
    'json: unknown field %q': '没有字段 {1}',
    'json: cannot unmarshal %s into Go struct field %s of type %s': '字段 {2} 不能是 {1}，应为 {3}',
    'cannot unmarshal %s into Go struct field %s of type %s': '字段 {2} 不能是 {1}，应为 {3}',
    'json: cannot unmarshal %s into Go value of type %s': '此处不能是 {1}，应为 {2}',
    'cannot unmarshal %s into Go value of type %s': '此处不能是 {1}，应为 {2}',
    // Databases
    'database disk image is malformed (%d)': '数据库文件已损坏（{1}）',
    'database disk image is malformed: %s': '数据库文件已损坏：{1}',
    'file is not a database (%d)': '不是数据库文件（{1}）',
    'attempt to write a readonly database (%d)': '数据库是只读的（{1}）',
    'database is locked (%d)': '数据库正被占用（{1}）',
  },
}
