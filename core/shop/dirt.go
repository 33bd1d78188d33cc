package shop

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// share is how much of a file's records is dirty, and in which way.
type share struct {
	duplicates, missing, wrong, outliers, ragged, quotes float64
	dates                                                float64 // of the valid ones
}

// A tenth of the records of the three files that people count is lost to
// cleaning; receipts come from tills and are cleaner.
var faults = map[string]share{
	"products":     {.03, .03, .015, .015, .007, .003, .15},
	"promotions":   {.03, .03, .015, .015, .007, .003, .15},
	"behaviour":    {.03, .03, .015, .015, .007, .003, .10},
	"transactions": {.008, .004, .002, .002, .0004, .0001, .08},
}

// distinct returns how many of n records are no copies.
func (s share) distinct(n int) int { return n - int(math.Round(s.duplicates*float64(n))) }

// What befalls a record; at most one of them.
const (
	sound uint8 = iota
	missing
	wrong
	outlier
	ragged
	quoted
)

// What else a sound record may be.
const (
	kindMask  uint8 = 7
	copied    uint8 = 8
	otherDate uint8 = 16
)

// fate is the dirt of one file, by row of its clean table.
func (s *Shop) fate(name string) (of []uint8, count FileTruth) {
	t, f := s.clean(name), faults[name]
	n := t.Rows()
	records := float64(n) / (1 - f.duplicates)
	rng := rand.New(rand.NewPCG(s.dirtSeed[0], s.dirtSeed[1]+uint64(len(name))))
	of = make([]uint8, n)
	spared := s.spared(name)
	rows := rng.Perm(n)
	next := func(ok func(row int) bool) int { // the next row that will do; -1 when there is none
		for len(rows) > 0 {
			row := rows[0]
			if rows = rows[1:]; ok(row) {
				return row
			}
		}
		return -1
	}
	counts := [...]*int{missing: &count.Missing, wrong: &count.WrongType, outlier: &count.Outliers, ragged: &count.Ragged, quoted: &count.Quotes}
	for kind, want := range [...]float64{missing: f.missing, wrong: f.wrong, outlier: f.outliers, ragged: f.ragged, quoted: f.quotes} {
		for range int(math.Round(want * records)) {
			if row := next(func(row int) bool { return spared == nil || !spared[row] }); row >= 0 {
				of[row] = uint8(kind)
				*counts[kind]++
			}
		}
	}
	bad := count.Missing + count.WrongType + count.Outliers + count.Ragged + count.Quotes
	for _, x := range []struct {
		flag uint8
		n    *int
		want int
	}{
		{copied, &count.Duplicates, int(math.Round(records)) - n},
		{otherDate, &count.OtherDates, int(math.Round(f.dates * records))},
	} {
		for _, row := range rng.Perm(n) {
			if *x.n == x.want {
				break
			}
			if of[row]&kindMask == sound {
				of[row] |= x.flag
				*x.n++
			}
		}
	}
	count.File, count.Valid, count.Records = name+".csv", n-bad, n+count.Duplicates
	return of, count
}

// spared marks the rows that no fault befalls: the products that sell and
// their promotions, so that what is left of the receipts can still be joined;
// nil spares none.
func (s *Shop) spared(name string) []bool {
	if name != "products" && name != "promotions" {
		return nil
	}
	sells := make([]bool, s.Products.Rows())
	for _, code := range s.Transactions.Column("product_id").Codes {
		sells[code] = true
	}
	if name == "products" {
		return sells
	}
	row := make(map[string]bool, len(sells))
	for i, id := range s.Products.Column("product_id").Levels {
		row[id] = sells[i]
	}
	out := make([]bool, s.Promotions.Rows())
	c := s.Promotions.Column("product_id")
	for i := range out {
		out[i] = row[c.Cell(i)]
	}
	return out
}

func (s *Shop) clean(name string) *table.Table {
	switch name {
	case "products":
		return s.Products
	case "promotions":
		return s.Promotions
	case "transactions":
		return s.Transactions
	case "behaviour":
		return s.Behaviour
	case "customers":
		return s.Customers
	}
	return nil
}

// WriteFile writes the file of that name as an analyst would get it, with its
// dirt: UTF-8 CSV with a header, "\n" line ends, missing cells empty; the
// counts are in Truth.Files. truth.json is Truth. The clean tables are the
// fields of s. The same shop writes the same bytes every time, in constant
// memory beside the tables.
func (s *Shop) WriteFile(name string, w io.Writer) error {
	if name == "truth.json" {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(s.Truth)
	}
	base, _ := strings.CutSuffix(name, ".csv")
	t := s.clean(base)
	if t == nil || base == name {
		return core.Errorf(core.NotFound, "the made shop has no file %q", name).WithHint("it has %s", strings.Join(s.FileNames(), ", "))
	}
	of, _ := s.fate(base)
	rng := rand.New(rand.NewPCG(s.dirtSeed[1], s.dirtSeed[0]+uint64(len(base))))
	var buf bytes.Buffer
	for i, c := range t.Columns {
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString(c.Name)
	}
	buf.WriteByte('\n')
	type later struct {
		row  int
		line []byte
	}
	var copies []later
	cells := make([]string, len(t.Columns))
	var line []byte
	for row := range t.Rows() {
		dates := 0
		if of[row]&otherDate != 0 {
			dates = 1 + rng.IntN(2)
		}
		for i, c := range t.Columns {
			cells[i] = written(c, row, dates)
		}
		kind := of[row] & kindMask
		if kind != sound {
			spoil(t, row, kind, cells, rng)
		}
		line = appendLine(line[:0], cells, kind, rng)
		buf.Write(line)
		if of[row]&copied != 0 {
			copies = append(copies, later{row + rng.IntN(20), bytes.Clone(line)})
		}
		copies = slices.DeleteFunc(copies, func(l later) bool {
			if l.row > row && row < t.Rows()-1 {
				return false
			}
			buf.Write(l.line)
			return true
		})
		if buf.Len() > 1<<16 {
			if _, err := buf.WriteTo(w); err != nil {
				return core.Wrap(err, "made shop: %s, record %d", name, row+1)
			}
		}
	}
	if _, err := buf.WriteTo(w); err != nil {
		return core.Wrap(err, "made shop: %s", name)
	}
	return nil
}

// written is a sound cell; dates chooses the form of a date: 0 the usual
// one, 1 day first with strokes, 2 the month's name.
func written(c *table.Column, row, dates int) string {
	if c.Kind != table.Time || dates == 0 {
		return c.Cell(row)
	}
	form := [...]string{1: "02/01/2006", 2: "Jan 2 2006"}[dates]
	return table.FormatTime(c.Num[row], form+strings.TrimPrefix(c.Layout, dayForm))
}

// spoil makes one cell of a record wrong. Ragged lines are left to appendLine.
func spoil(t *table.Table, row int, kind uint8, cells []string, rng *rand.Rand) {
	any := func(ok func(*table.Column) bool) int {
		for {
			if i := rng.IntN(len(t.Columns)); ok(t.Columns[i]) {
				return i
			}
		}
	}
	typed := func(c *table.Column) bool { return c.Kind != table.Text }
	switch kind {
	case missing:
		cells[any(func(c *table.Column) bool { return !c.Missing(row) })] = ""
	case wrong:
		cells[any(typed)] = []string{"n/a", "twelve", "unknown", "see note"}[rng.IntN(4)]
	case quoted:
		i := any(typed)
		cells[i] = cells[i][:1] + `"` + cells[i][1:]
	case outlier:
		i := any(func(c *table.Column) bool { return slices.Contains(measured, c.Name) })
		c := t.Columns[i]
		switch c.Name {
		case "quantity":
			cells[i] = []string{"-3", "999"}[rng.IntN(2)]
		case "depth":
			cells[i] = strconv.Itoa(int(math.Round(c.Num[row]*100)) + 100*b2i(c.Num[row] == 0))
		case "seconds":
			cells[i] = strconv.FormatFloat(c.Num[row]*1000, 'f', 1, 64)
		default:
			cells[i] = strconv.FormatFloat(c.Num[row]*100, 'f', 2, 64)
		}
	}
}

// measured are the columns that outliers are found in.
var measured = []string{"price", "cost", "depth", "quantity", "unit_price", "seconds"}

func appendLine(line []byte, cells []string, kind uint8, rng *rand.Rand) []byte {
	if kind == ragged {
		if cells = slices.Clone(cells); rng.IntN(2) == 0 {
			cells = cells[:len(cells)-1-rng.IntN(3)]
		} else {
			cells = append(cells, "", "x")[:len(cells)+1+rng.IntN(2)]
		}
	}
	for i, s := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		if strings.ContainsAny(s, ",\n") || kind != quoted && strings.Contains(s, `"`) {
			line = append(append(append(line, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
		} else {
			line = append(line, s...)
		}
	}
	return append(line, '\n')
}
