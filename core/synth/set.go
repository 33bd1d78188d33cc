package synth

import (
	"strings"

	"shoptwin/core/encode"
	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// Set is what was learned of several tables that refer to each other. It does
// not change; any number of goroutines may sample from it.
//
// Parents come first. Of the tables that a table refers to one owns its rows:
// how many rows each of the owner's has is a hidden column of the owner,
// learned with the others (Patki, Wedge and Veeramachaneni, The Synthetic Data
// Vault, 2016), and the rows' own columns are drawn given the owner's
// ([Model.Complete]), to any depth. The other keys are references: a row of
// that table, as often taken as it likes to be taken, see [Reference].
//
// A table whose rows form groups (the lines of a receipt, with its date and
// its customer) is learned as two, the groups being the owner of the rows.
//
// What holds in every row is not learned but kept ([relation.Rule]): such a
// column is not drawn, it is told by the others.
//
// Row i of a table without an owner is a function of the model, the seed and
// i, its rows being drawn by blocks of BlockRows; the rows that a row owns are
// one of it and of the Batch of rows that it belongs to. So parts of a sample
// can be drawn apart, and memory is that of the tables that are referred to.
type Set struct {
	Members  []*Member // owners and references before those that refer to them
	Links    []relation.Link
	Rules    []relation.Rule // what is kept
	Warnings []string
	Seed     uint64 // the training's, for the record
}

// Member is one table of a Set, or the groups of one.
type Member struct {
	Name   string
	Hidden bool          // groups that rows of a table form: no table of its own
	Fields []table.Field // of the table, in order; of a group: those that its rows take over
	Rows   int           // real rows
	Keys   []Naming      // columns that number the rows

	Owner       int     // index among the members; -1 without
	OwnerColumn string  // the key by which a row names its owner
	Batch       int     // owner rows whose rows are drawn together
	Span        int64   // numbers that one owner's rows have room for
	Orphans     float64 // rows without an owner, as a share of the others
	Total       string  // of a group: the owner's hidden column of how many rows its groups have in all; "" none
	Parts       string  // of a group: its hidden column of how many rows it has

	References []*Reference
	Foreign    []Foreign // how each key to another table is written

	// Early completes times and what is wanted of references, given Context;
	// Late the rest, given Context, what Early drew and the rows referred to.
	// nil where there is nothing to draw.
	Early, Late  *Model `json:"-"`
	EarlyKnown   []string
	LateKnown    []string
	Context      []string // the owner's columns that come along, as it calls them
	Steps        []Step   // in order: how told columns are told
	EarlySteps   int      // the first so many are done before references are drawn
	Blanks       []Blank
	SumUp        []Summed
	CountColumns []Counted
}

// Naming is a column that numbers the rows.
type Naming struct {
	Column string
	Maker  *encode.KeyMaker `json:"-"`
}

// Foreign is a key: a cell of Column is the one that names the row in column
// Key of another member.
type Foreign struct {
	Column string
	Member int
	Key    string
}

// Counted is a hidden column: how many rows of member Child each row owns.
type Counted struct {
	Column string
	Child  int
}

// Blank is a column of a group that is missing in a share of its rows.
type Blank struct {
	Column string
	Share  float64
}

// Summed is a column that sums up, or counts (Column ""), the rows of member
// Child that a row owns.
type Summed struct {
	Target string
	Child  int
	Column string
	Scale  float64
}

// Step tells a column from others of the row.
type Step struct {
	Rule    relation.Rule
	Target  string
	From    []string          // names of columns of the row, as it calls them
	Says    map[string]string // Follows: what each level decides
	Default string            // Follows: what an unknown level decides
	Gap     bool              // AtLeast, AtMost: Target was drawn as the distance from From
}

// sep stands between a key and the column of the row that it names.
const sep = " › "

func hiddenCount(child string) string    { return "# " + child }
func hiddenWeight(link string) string    { return "~ " + link }
func hiddenStart(time string) string     { return "^ " + time }
func isHidden(name string) bool          { return len(name) > 2 && strings.Contains("# ~ ^ ", name[:2]) }
func through(column, name string) string { return column + sep + name }
func field(name string) table.Field {
	return table.Field{Name: name, Kind: table.Number, Role: table.Measure, Decimals: -1}
}
func (s *Set) member(name string) (i int) {
	for i, m := range s.Members {
		if m.Name == name {
			return i
		}
	}
	return -1
}

// Tables returns the names of the tables that the set samples, parents first.
func (s *Set) Tables() (names []string) {
	for _, m := range s.Members {
		if !m.Hidden {
			names = append(names, m.Name)
		}
	}
	return names
}
