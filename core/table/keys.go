package table

import (
	"math"
	"strconv"
	"strings"
)

// Keys returns a code per row into names, -1 for a missing cell. Numbers are
// named as they would be written. Neither is to be changed.
func (c *Column) Keys() (codes []int32, names []string) {
	if c.Kind == Text {
		return c.Codes, c.Levels
	}
	codes = make([]int32, len(c.Num))
	index := map[float64]int32{}
	for i, x := range c.Num {
		if math.IsNaN(x) {
			codes[i] = -1
			continue
		}
		code, ok := index[x]
		if !ok {
			code = int32(len(names))
			index[x] = code
			if c.Kind == Time {
				names = append(names, FormatTime(x, c.Layout))
			} else {
				names = append(names, strconv.FormatFloat(x, 'f', -1, 64))
			}
		}
		codes[i] = code
	}
	return codes, names
}

// PlainName keeps the letters and digits of a name, in lower case, as columns are
// recognised by.
func PlainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return -1
	}, name)
}
