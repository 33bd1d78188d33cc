package duck

import (
	"regexp"
	"slices"
	"strings"

	"shoptwin/core/table"
)

var placeholder = regexp.MustCompile(`(?i)^(unknown|unbekannt|none|null|nil|missing|tbd|tba|test|xxx+|\?+|-+|\.+|#n/?a|#ref!|#value!|#div/0!|nan|undefined|to be defined|未知|无|不详|测试)$`)

// countsOrPays are the names of what is below 0 when goods come back.
var countsOrPays = regexp.MustCompile(`(?i)qty|quantity|units|amount|sales|revenue|paid|menge|umsatz|betrag|数量|件数|销量|金额|销售额`)

// strange lists at most ten values that seem to stand for something else:
// words for nothing, spreadsheet errors, broken letters, and numbers such as
// -1 and 9999 that stand often at an end, far from the others.
func strange(col *table.Column, counts map[string]int64, cells int) (out []ValueCount) {
	if col.Kind == table.Number {
		var ends []float64
		for _, x := range col.Num {
			if x == -1 || x == -99 || x == -999 || x == 99 || x == 999 || x == 9999 || x == 99999 || x == 999999 || x == -9999 {
				ends = append(ends, x)
			}
		}
		slices.Sort(ends)
		for _, x := range slices.Compact(slices.Clone(ends)) {
			if x < 0 && countsOrPays.MatchString(col.Name) { // one piece came back
				continue
			}
			n, beyond, nearest := 0, 0, 0
			for _, y := range col.Num {
				switch {
				case y == x:
					n++
				case x > 0 && y > x || x < 0 && y < x:
					beyond++
				case x > 0 && y > x/2 || x < 0 && y < 0:
					nearest++
				}
			}
			if n >= 3 && n*200 >= cells && beyond == 0 && nearest*20 < cells {
				out = append(out, ValueCount{(&table.Column{Field: col.Field, Num: []float64{x}}).Cell(0), int64(n)})
			}
		}
		return out
	}
	for s, n := range counts {
		if placeholder.MatchString(strings.TrimSpace(s)) || strings.ContainsAny(s, "\ufffd\x00") || strings.Contains(s, "Ã©") || strings.Contains(s, "â€") || strings.Contains(s, "锟斤拷") {
			out = append(out, ValueCount{s, n})
		}
	}
	slices.SortFunc(out, func(a, b ValueCount) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out[:min(len(out), topFew)]
}
