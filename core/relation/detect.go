package relation

import (
	"math"
	"strings"

	"shoptwin/core/table"
)

// Limits of the search for keys.
const (
	included = .99 // share of a column's cells that a key must have
	keyLeast = 5   // rows of a table that can be a parent
)

// Detect returns the keys between tables that nobody had to declare: columns
// all of whose values (but for one in a hundred cells) stand in a column of
// another table that has no value twice, if the names agree too. Columns that
// taken has as a key are left alone.
//
// Names agree when they are equal, or when the child's is the parent's name
// with or without the key's: customer_id, customer and customers_id all name
// customers.id. Inclusion alone is no evidence: small whole numbers are
// included in any numbered list.
func Detect(tables []*table.Table, taken []Link) []Link {
	var found []Link
	used := func(child, column string) bool {
		for _, list := range [][]Link{taken, found} {
			for _, l := range list {
				if l.Child == child && l.Column == column {
					return true
				}
			}
		}
		return false
	}
	for _, child := range tables {
		for _, c := range child.Columns {
			if c.Kind == table.Time || used(child.Name, c.Name) {
				continue
			}
			best, most := Link{}, 0
			for _, parent := range tables {
				if parent == child || parent.Rows() < keyLeast {
					continue
				}
				for _, key := range parent.Columns {
					score := agree(c.Name, parent.Name, key.Name)
					if key.Kind != c.Kind || score <= most || !unique(key) || !within(c, key) {
						continue
					}
					// Of two lists of the same things the larger is the parent.
					if unique(c) && within(key, c) && child.Rows() >= parent.Rows() && (child.Rows() > parent.Rows() || child.Name < parent.Name) {
						continue
					}
					best, most = Link{child.Name, c.Name, parent.Name, key.Name}, score
				}
			}
			if most > 0 && !reaches(append(found, taken...), best.Parent, best.Child) {
				found = append(found, best)
			}
		}
	}
	return found
}

// reaches says whether table from refers to table to, in any number of steps.
func reaches(links []Link, from, to string) bool {
	if from == to {
		return true
	}
	for _, l := range links {
		if l.Child == from && reaches(links, l.Parent, to) {
			return true
		}
	}
	return false
}

// agree says how well a column's name fits a key of another table, 0 for not
// at all.
func agree(column, parent, key string) int {
	c, p, k := plain(column), plain(parent), plain(key)
	one := singular(p)
	switch {
	case c == k && c != "id" && c != "key" && c != "code" && c != "no" && c != "number":
		return 3
	case c == one+k || c == p+k:
		return 3
	case c == one || c == p:
		return 2
	case len(one) >= 4 && strings.HasPrefix(c, one) && strings.HasPrefix(k, one):
		return 1
	}
	return 0
}

// plain is a name in small letters, without what parts its words and without
// a file's ending.
func plain(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), ".")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_- .", r) {
			return -1
		}
		return r
	}, s)
}

func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "sses") || strings.HasSuffix(s, "xes") || strings.HasSuffix(s, "ches"):
		return s[:len(s)-2]
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss"):
		return s[:len(s)-1]
	}
	return s
}

func unique(c *table.Column) bool {
	present := 0
	for i := range c.Len() {
		if !c.Missing(i) {
			if present++; c.Kind == table.Number && c.Num[i] != math.Floor(c.Num[i]) {
				return false
			}
		}
	}
	_, _, twice := Twice(c)
	return !twice && float64(present) >= included*float64(c.Len()) && present >= keyLeast
}

// within says whether the values of c stand in key.
func within(c, key *table.Column) bool {
	lost, found := 0, 0
	for _, r := range Match(c, key) {
		switch {
		case r == -2:
			lost++
		case r >= 0:
			found++
		}
	}
	return found > 0 && float64(found) >= included*float64(found+lost)
}
