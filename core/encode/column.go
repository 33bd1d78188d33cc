package encode

import "shoptwin/core/table"

// Form says how a column is carried.
type Form uint8

const (
	Modelled Form = iota // by its Parts
	Keyed                // by fresh values of Key's pattern
	Empty                // every cell missing
	LeftOut              // not in decoded tables
	Derived              // by Rule from another column; its part serves where that is silent
	Computed             // by Formula from other columns
)

// Unit is what the numbers of a part measure.
type Unit uint8

const (
	Value   Unit = iota // the cell itself
	Label               // a level of text
	Day                 // days since 1970-01-01
	Week                // weeks since Monday 1969-12-29
	Weekday             // 0 Monday to 6 Sunday
	Clock               // seconds since midnight
)

var unitNames = [...]string{"", "", "day", "week", "weekday", "clock"}

// Column is what was learned about one column.
type Column struct {
	Field   table.Field // Role resolved, never Auto
	Form    Form
	Parts   []Part    // Modelled: one, or up to three for a time
	Key     *Key      // Keyed; Modelled and Derived text: how the last piece, that of rare levels, is written; nil: as it is
	Rule    *Rule     // Derived
	Formula *Formula  // Computed
	Days    *Calendar // times with a Day or Week part

	known bool // while fitting: its cells will be there when rows are drawn
}

// Part is one aspect of a column: a list of pieces in order, and bins, each a
// range of them. Code i < len(From) is bin i; a code for missing cells, if
// Missing, follows.
//
// A numeric piece is an interval [Lo, Hi], a single value when they are
// equal; a piece of text is a level. Within a bin a piece is drawn in
// proportion to Count, and a number evenly inside its piece.
type Part struct {
	Unit    Unit
	Free    bool  // without a block: drawn on its own by Mass
	Missing bool  // the last code is missing
	Rare    int32 // the code of levels too rare to keep; -1 if there are none
	// Scale, Base and Step are the grain of a number: every one is
	// (Base + i*Step) / Scale for a whole i. Step 0: no grain.
	Scale, Base, Step float64

	Lo, Hi   []float64 // numeric pieces, ascending
	Levels   []string  // pieces of text
	Count    []int64   // rows of each piece
	From, To []int32   // bin i is pieces From[i] to To[i], exclusive
	Edge     []float64 // numeric: a value above Edge[i] lies beyond bin i
	Mass     []int64   // rows of each code
	Given    *Given    // how a piece follows from other parts; nil: drawn in its bin by Count

	rareRows int64  // while fitting: rows in levels that are not kept
	other    string // while fitting: the level that stands for those, if any
}

// Width returns the number of codes.
func (p *Part) Width() int {
	w := len(p.From)
	if p.Missing {
		w++
	}
	return w
}

func (c *Column) partName(j int) string {
	if u := unitNames[c.Parts[j].Unit]; u != "" && len(c.Parts) > 1 {
		return c.Field.Name + " " + u
	}
	return c.Field.Name
}

// common returns the code with the largest mass among those that are bins.
func (p *Part) common() uint16 {
	best := 0
	for i := range p.From {
		if p.Mass[i] > p.Mass[best] {
			best = i
		}
	}
	return uint16(best)
}

// weigh sets Mass from the part's codes of all fitted rows.
func (p *Part) weigh(codes []uint16) {
	p.Mass = make([]int64, p.Width())
	for _, c := range codes {
		p.Mass[c]++
	}
}
