package relation

import (
	"math"

	"shoptwin/core/table"
)

// Group is a key that repeats within a table, with the columns that have one
// value in all of a key's rows: the receipt of lines, with its date, store and
// customer. Such a table is two in one.
type Group struct {
	Key     string
	Columns []string
}

// Limits of the search for groups.
const (
	groupMean    = 1.15 // rows of a group on average, at least
	groupMissing = .02  // share of rows that may lack the key
	groupBlank   = .05  // share of missing cells that a group's column may have besides
)

// Groups returns the group of t's rows, nil if there is none. Columns named
// in keys, which refer to other tables, may belong to a group but are none by
// themselves. A cell may be missing where others of its group are not.
func Groups(t *table.Table, keys map[string]bool) *Group {
	var best *Group
	for _, key := range t.Columns {
		if key.Kind != table.Text || keys[key.Name] {
			continue
		}
		if role := key.Role; role != table.Key && (role != table.Auto || table.DetectRole(key.Field, distinct(key), t.Rows(), 1) != table.Key) {
			continue
		}
		groups, rows := distinct(key), 0
		for _, c := range key.Codes {
			if c >= 0 {
				rows++
			}
		}
		if groups < 20 || float64(rows) < groupMean*float64(groups) || float64(rows) < (1-groupMissing)*float64(t.Rows()) {
			continue
		}
		g := &Group{Key: key.Name}
		for _, c := range t.Columns {
			if c != key && constantWithin(c, key) {
				g.Columns = append(g.Columns, c.Name)
			}
		}
		if len(g.Columns) > 0 && (best == nil || len(g.Columns) > len(best.Columns)) {
			best = g
		}
	}
	return best
}

func distinct(c *table.Column) int {
	if c.Kind != table.Text {
		seen := map[float64]struct{}{}
		for _, x := range c.Num {
			if !math.IsNaN(x) {
				seen[x] = struct{}{}
			}
		}
		return len(seen)
	}
	n := 0
	seen := make([]bool, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 && !seen[code] {
			seen[code] = true
			n++
		}
	}
	return n
}

// value is a cell as a number that equals another's if the cells do; NaN for
// missing.
func value(c *table.Column, i int) float64 {
	if c.Kind != table.Text {
		return c.Num[i]
	}
	if c.Codes[i] < 0 {
		return math.NaN()
	}
	return float64(c.Codes[i])
}

// constantWithin says whether all present cells of c of one key are equal,
// missing ones are rare where others are present, and c has several values.
func constantWithin(c, key *table.Column) bool {
	of := make([]float64, len(key.Levels))
	for i := range of {
		of[i] = math.NaN()
	}
	varied, first := false, math.NaN()
	for i, k := range key.Codes {
		v := value(c, i)
		if k < 0 || math.IsNaN(v) {
			continue
		}
		if math.IsNaN(of[k]) {
			of[k] = v
		} else if of[k] != v {
			return false
		}
		if math.IsNaN(first) {
			first = v
		}
		varied = varied || v != first
	}
	blank := 0
	for i, k := range key.Codes {
		if k >= 0 && !math.IsNaN(of[k]) && math.IsNaN(value(c, i)) {
			blank++
		}
	}
	return varied && float64(blank) <= groupBlank*float64(len(key.Codes))
}
