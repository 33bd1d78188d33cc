package table

import (
	"strings"
)

// DetectRole returns the role that a column's name and cells suggest; never
// Auto. distinct is the number of different values, rows the number of cells
// that are not missing.
//
// The rule: times are Timestamp; a name ending in id, key, code, number or no
// with many distinct values is Key; a number is Measure unless it takes at
// most two values; text is Category up to 1,000 values or a tenth of the
// rows, FreeText when its cells hold several words, Key otherwise.
func DetectRole(f Field, distinct, rows int, meanWords float64) Role {
	name := strings.ToLower(f.Name)
	named := false
	for _, end := range []string{"id", "key", "code", "number", "_no", "uuid", "sku", "upc", "ean"} {
		named = named || strings.HasSuffix(name, end)
	}
	many := distinct > 20 && distinct*100 > rows
	switch {
	case f.Kind == Time:
		return Timestamp
	case named && many:
		return Key
	case f.Kind == Number && distinct <= 2:
		return Category
	case f.Kind == Number:
		return Measure
	case distinct <= 1000 || distinct*10 <= rows:
		return Category
	case meanWords >= 3:
		return FreeText
	case distinct*10 >= rows*9:
		return Key
	}
	return Category
}
