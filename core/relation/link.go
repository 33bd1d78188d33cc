// Package relation knows how tables hang together: foreign keys, the groups
// that rows of one table form, and the rules that hold in every row, also
// across tables.
//
// All of it is found on the real tables ([Detect], [Groups], [Find]) and can
// be counted on any others ([Link.Match], [Rule.Broken]), so that who judges
// does not have to believe who made them.
package relation

import (
	"math"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Link is a foreign key: a cell of column Column of table Child is missing or
// names the row of table Parent that has it in column Key.
type Link struct {
	Child  string `json:"child"`
	Column string `json:"column"`
	Parent string `json:"parent"`
	Key    string `json:"key"`
}

func (l Link) String() string { return l.Child + "." + l.Column + "=" + l.Parent + "." + l.Key }

// Parse reads "orders.customer=customers.id".
func Parse(s string) (Link, error) {
	child, parent, ok := strings.Cut(s, "=")
	var l Link
	var a, b bool
	l.Child, l.Column, a = strings.Cut(child, ".")
	l.Parent, l.Key, b = strings.Cut(parent, ".")
	if !ok || !a || !b || l.Child == "" || l.Column == "" || l.Parent == "" || l.Key == "" {
		return l, core.Errorf(core.Invalid, "%q is no key between two tables", s).WithHint("write child.column=parent.column, such as orders.customer=customers.id")
	}
	if strings.ContainsAny(l.Column+l.Key, "+,") {
		return l, core.Errorf(core.Unsupported, "%q is a key of several columns, which is not supported", s).
			WithHint("derive one column of them in both tables by a recipe, such as order_no & '-' & line, and name that")
	}
	return l, nil
}

// Match returns the row of parent that each cell of column names: -1 for a
// missing cell, -2 for a value that the key does not have. Both are of the
// same kind, and times are no keys. O(rows).
func Match(column, key *table.Column) []int32 {
	out := make([]int32, column.Len())
	if key.Kind == table.Text {
		row := make(map[string]int32, len(key.Codes))
		for i, c := range key.Codes {
			if c >= 0 {
				row[key.Levels[c]] = int32(i)
			}
		}
		of := make([]int32, len(column.Levels))
		for l, s := range column.Levels {
			of[l] = -2
			if i, ok := row[s]; ok {
				of[l] = i
			}
		}
		for i, c := range column.Codes {
			if out[i] = -1; c >= 0 {
				out[i] = of[c]
			}
		}
		return out
	}
	row := make(map[float64]int32, len(key.Num))
	for i, x := range key.Num {
		if !math.IsNaN(x) {
			row[x] = int32(i)
		}
	}
	for i, x := range column.Num {
		if out[i] = -1; !math.IsNaN(x) {
			out[i] = -2
			if r, ok := row[x]; ok {
				out[i] = r
			}
		}
	}
	return out
}

// Twice returns the first row whose value in key stood in an earlier row, and
// that one; ok is false if every value stands once. Missing cells do not
// count.
func Twice(key *table.Column) (row, earlier int, ok bool) {
	if key.Kind == table.Text {
		seen := make([]int32, len(key.Levels))
		for i, c := range key.Codes {
			if c >= 0 {
				if seen[c] > 0 {
					return i, int(seen[c] - 1), true
				}
				seen[c] = int32(i + 1)
			}
		}
		return 0, 0, false
	}
	seen := make(map[float64]int, len(key.Num))
	for i, x := range key.Num {
		if !math.IsNaN(x) {
			if j, ok := seen[x]; ok {
				return i, j, true
			}
			seen[x] = i
		}
	}
	return 0, 0, false
}

// Table returns the table of that name, nil if there is none.
func Table(tables []*table.Table, name string) *table.Table {
	for _, t := range tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Check says whether tables can be learned together by links: every column is
// there, keys are unique, no table hangs on itself. dangling counts the cells
// of each link that name no row.
func Check(tables []*table.Table, links []Link) (dangling []int, err error) {
	names := map[string]bool{}
	for _, t := range tables {
		if names[t.Name] {
			return nil, core.Errorf(core.Invalid, "two tables are named %q", t.Name).WithHint("rename one of the files")
		}
		names[t.Name] = true
	}
	seen := map[[2]string]string{}
	for _, l := range links {
		child, parent := Table(tables, l.Child), Table(tables, l.Parent)
		for name, t := range map[string]*table.Table{l.Child: child, l.Parent: parent} {
			if t == nil {
				return nil, core.Errorf(core.NotFound, "key %s: there is no table %q", l, name).WithHint("the tables are %s", nameList(tables))
			}
		}
		column, key := child.Column(l.Column), parent.Column(l.Key)
		switch {
		case column == nil:
			return nil, core.Errorf(core.NotFound, "key %s: table %q has no column %q", l, l.Child, l.Column)
		case key == nil:
			return nil, core.Errorf(core.NotFound, "key %s: table %q has no column %q", l, l.Parent, l.Key)
		case column.Kind == table.Time || key.Kind == table.Time:
			return nil, core.Errorf(core.Unsupported, "key %s: a time is no key", l)
		case column.Kind != key.Kind:
			return nil, core.Errorf(core.Invalid, "key %s: %q holds %ss, %q holds %ss", l, l.Column, column.Kind, l.Key, key.Kind).
				WithHint("bring both to the same kind by a recipe")
		case l.Child == l.Parent:
			return nil, core.Errorf(core.Unsupported, "key %s: table %q refers to itself, which is not supported", l, l.Child).
				WithHint("leave this key out; the column is then learned as any other")
		}
		if other, ok := seen[[2]string{l.Child, l.Column}]; ok {
			return nil, core.Errorf(core.Invalid, "column %q of table %q is a key of both %q and %q", l.Column, l.Child, other, l.Parent).WithHint("keep one of the two keys")
		}
		seen[[2]string{l.Child, l.Column}] = l.Parent
		if row, earlier, twice := Twice(key); twice {
			return nil, core.Errorf(core.Invalid, "table %q, row %d: %s %q stands in row %d already, so it is no key", l.Parent, row+1, l.Key, key.Cell(row), earlier+1).
				WithHint("drop duplicates by %s in a recipe (drop_duplicates)", l.Key)
		}
		lost, found := 0, 0
		for _, r := range Match(column, key) {
			switch {
			case r == -2:
				lost++
			case r >= 0:
				found++
			}
		}
		if found == 0 {
			return nil, core.Errorf(core.Invalid, "key %s: no cell of %q is found in %q", l, l.Column, l.Key).WithHint("check that these two columns belong together")
		}
		dangling = append(dangling, lost)
	}
	_, err = Order(tables, links)
	return dangling, err
}

// Order returns the indices of tables, each after all that it refers to.
func Order(tables []*table.Table, links []Link) ([]int, error) {
	at := map[string]int{}
	for i, t := range tables {
		at[t.Name] = i
	}
	state := make([]int, len(tables))
	var order []int
	var path []string
	var visit func(i int) error
	visit = func(i int) error {
		if path = append(path, tables[i].Name); state[i] == 1 {
			return core.Errorf(core.Unsupported, "the keys go round in a circle: %s", strings.Join(path, " → ")).
				WithHint("leave out one of these keys, the one that matters least")
		}
		if state[i] == 0 {
			state[i] = 1
			for _, l := range links {
				if at[l.Child] == i {
					if err := visit(at[l.Parent]); err != nil {
						return err
					}
				}
			}
			state[i] = 2
			order = append(order, i)
		}
		path = path[:len(path)-1]
		return nil
	}
	for i := range tables {
		if err := visit(i); err != nil {
			return nil, err
		}
	}
	return order, nil
}

func nameList(tables []*table.Table) string {
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}
