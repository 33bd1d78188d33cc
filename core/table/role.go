package table

import "strings"

// DetectRole returns the role that a column's name and cells suggest; never
// Auto. distinct is the number of different values, rows the number of cells
// that are not missing.
//
// The rule: times are Timestamp. A column whose name ends like a key's (id,
// code, number, sku, 编号, …) and that takes more than a few values is Key, unless
// it names products that come again and again: those are Category, as which
// product it was is what one wants to learn. A number is Measure unless it
// takes at most two values. Text of which nearly every cell differs, of a hundred
// or more, is FreeText when its cells hold several words, else Key. Other text is
// Category up to 1,000 values or a tenth of the rows, or in single words, else
// FreeText.
func DetectRole(f Field, distinct, rows int, meanWords float64) Role {
	name := strings.ToLower(f.Name)
	named := endsIn(name, "id", "key", "code", "number", "no", "uuid", "sku", "upc", "ean", "nummer", "_nr", "barcode", "phone", "mobile",
		"号", "编号", "编码", "代码", "条码", "手机", "电话", "番号", "コード")
	many := distinct > 20 && (distinct*100 > rows || distinct > 1000)
	product := strings.Contains(name, "product") || strings.Contains(name, "item") || strings.Contains(name, "stock") ||
		strings.Contains(name, "article") || strings.Contains(name, "artikel") || strings.Contains(name, "商品") || strings.Contains(name, "产品") ||
		endsIn(name, "sku", "upc", "ean", "barcode", "货号", "条码", "品号", "型号")
	switch {
	case f.Kind == Time:
		return Timestamp
	case named && product && distinct*2 < rows:
		return Category
	case named && many:
		return Key
	case f.Kind == Number && distinct <= 2:
		return Category
	case f.Kind == Number:
		return Measure
	}
	words := meanWords >= 3
	switch unique := rows >= 100 && distinct*10 >= rows*9; {
	case unique && !words:
		return Key
	case words && (unique || distinct > 1000 && distinct*10 > rows):
		return FreeText
	}
	return Category
}

func endsIn(name string, ends ...string) bool {
	for _, end := range ends {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
