package encode

import (
	"math"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// personWords are what columns that name persons are called by.
var personWords = []string{
	"customer", "client", "member", "user", "person", "patient", "household", "shopper", "visitor", "顾客", "客户", "会员", "用户",
}

// persons returns whose each row of t is, numbers from 0, by the column that
// Config.Person names; without it by the first key that repeats and is called
// as persons are. A row without a value is somebody of its own. Nil if there
// is no such column.
func (e *Encoder) persons(t *table.Table) ([]int32, error) {
	if name := e.Config.Person; name != "" {
		c := t.Column(name)
		if c == nil {
			return nil, core.Errorf(core.NotFound, "table %q has no column %q to tell persons apart by", t.Name, name).WithHint("name one of its columns, or none")
		}
		return personsOf(c), nil
	}
	for _, c := range t.Columns {
		name := strings.ToLower(c.Name)
		if c.Kind == table.Time || !slices.ContainsFunc(personWords, func(w string) bool { return strings.Contains(name, w) }) {
			continue
		}
		s := survey(c)
		role := c.Role
		if role == table.Auto {
			role = table.DetectRole(c.Field, s.distinct, s.present, s.words)
		}
		if role == table.Key && s.distinct < s.present {
			return personsOf(c), nil
		}
	}
	return nil, nil
}

func personsOf(c *table.Column) []int32 {
	who := make([]int32, c.Len())
	next := int32(len(c.Levels))
	number := map[float64]int32{}
	for i := range who {
		if c.Kind == table.Text && c.Codes[i] >= 0 {
			who[i] = c.Codes[i]
			continue
		}
		who[i] = next
		if c.Kind != table.Text && !math.IsNaN(c.Num[i]) {
			n, ok := number[c.Num[i]]
			if who[i] = n; ok {
				continue
			}
			number[c.Num[i]], who[i] = next, next
		}
		next++
	}
	return who
}

// byPerson returns how many persons have each of n levels. O(rows).
func byPerson(codes, who []int32, n int) []int64 {
	start := make([]int32, slices.Max(who)+2)
	for _, w := range who {
		start[w+1]++
	}
	for w := range len(start) - 1 {
		start[w+1] += start[w]
	}
	sorted := make([]int32, len(who)) // rows, a person's together
	for i, w := range who {
		sorted[start[w]] = int32(i)
		start[w]++
	}
	count, last := make([]int64, n), make([]int32, n) // last: + 1
	for _, i := range sorted {
		if c := codes[i]; c >= 0 && last[c] != who[i]+1 {
			last[c] = who[i] + 1
			count[c]++
		}
	}
	return count
}
