package duck

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/personal"
	"shoptwin/core/table"
)

// Profile describes a dataset for people.
type Profile struct {
	Table    string          `json:"table"`
	Rows     int64           `json:"rows"`
	Rejected int64           `json:"rejected"`
	Repeated int64           `json:"repeated"` // rows equal to an earlier one
	Keys     [][]string      `json:"keys"`     // columns, or pairs of them, that name each row
	Columns  []ColumnProfile `json:"columns"`
}

// ColumnProfile describes one column. Numbers and times have Min to Quantiles
// and a histogram, in the column's unit (times in seconds since 1970).
type ColumnProfile struct {
	ColumnInfo
	Min       *float64     `json:"min,omitempty"`
	Max       *float64     `json:"max,omitempty"`
	Mean      *float64     `json:"mean,omitempty"`
	Deviation *float64     `json:"deviation,omitempty"` // standard deviation
	Quantiles *Quantiles   `json:"quantiles,omitempty"`
	Histogram []Bar        `json:"histogram,omitempty"` // at most 20 bars of equal width
	Top       []ValueCount `json:"top,omitempty"`       // at most 10, the most frequent first; none of a long column whose cells nearly all differ
	Strange   []ValueCount `json:"strange,omitempty"`   // values that seem to stand for something else, in a sample
	// Personal is what data of persons the column seems to hold, "" none.
	Personal personal.Kind `json:"personal,omitempty"`
}

// Quantiles of the cells that are not missing.
type Quantiles struct {
	P05 float64 `json:"p05"`
	P25 float64 `json:"p25"`
	P50 float64 `json:"p50"`
	P75 float64 `json:"p75"`
	P95 float64 `json:"p95"`
}

// Bar counts the cells in [Lo, Hi); the last bar has its Hi too.
type Bar struct {
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	Count int64   `json:"count"`
}

// ValueCount is a value as it is written, and how often it stands.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

const (
	bars   = 20
	topFew = 10
)

// Profile describes each column of a dataset: what is missing, how the values
// lie, which stand most often, and what looks wrong. What needs no order is
// asked of many columns at once. About a second for a million rows of eight
// columns.
func (db *DB) Profile(ctx context.Context, name string) (Profile, error) {
	c, err := db.connect()
	if err != nil {
		return Profile{}, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{Table: name, Rows: d.Rows, Rejected: d.Rejected, Keys: [][]string{}, Columns: []ColumnProfile{}}
	all := ""
	for _, col := range d.Columns {
		all += ", " + ident(col.Name)
	}
	if len(d.Columns) > 0 {
		n, err := c.numbers(ctx, fmt.Sprintf("SELECT CAST(count(*) - count(DISTINCT hash(%s)) AS DOUBLE) FROM main.%s", all[2:], ident(name)))
		if err != nil {
			return Profile{}, err
		}
		p.Repeated = int64(n[0])
	}
	for _, col := range d.Columns {
		p.Columns = append(p.Columns, ColumnProfile{ColumnInfo: col})
	}
	for _, look := range []func(context.Context, string, *Profile) error{c.shapes, c.histograms, c.tops, c.looks, c.keys} {
		if err := look(ctx, name, &p); err != nil {
			return Profile{}, cancelled(ctx, err)
		}
	}
	for i := range p.Columns {
		cp := &p.Columns[i]
		cp.Problems = append(cp.Problems[:len(cp.Problems):len(cp.Problems)], problems(cp, d.Rows)...)
	}
	return p, nil
}

// numbers returns one row of DOUBLE.
func (c *conn) numbers(ctx context.Context, sql string) (out []float64, err error) {
	err = c.query(ctx, sql, func(ch *chunk) error {
		for k := range ch.columns {
			x := math.NaN()
			if !ch.missing(k, 0) {
				x = ch.float64s(k)[0]
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// measured is a column of numbers, times as seconds, as SQL; "" of text and
// where all cells are missing.
func (p *Profile) measured(i int) string {
	col := &p.Columns[i]
	switch {
	case col.Kind == table.Text || p.Rows == col.Missing:
		return ""
	case col.Kind == table.Time:
		return "(epoch_us(" + ident(col.Name) + ") / 1e6)"
	}
	return ident(col.Name)
}

// shapes fills in the measures of number and time columns.
func (c *conn) shapes(ctx context.Context, name string, p *Profile) error {
	var asked []question
	for i := range p.Columns {
		x, cp := p.measured(i), &p.Columns[i]
		if x == "" {
			continue
		}
		asked = append(asked, question{nil, []string{
			"CAST(min(%[1]s) AS DOUBLE)", "CAST(max(%[1]s) AS DOUBLE)", "CAST(favg(%[1]s) AS DOUBLE)", "CAST(stddev_samp(%[1]s) AS DOUBLE)",
			"quantile_cont(%[1]s, [0.05, 0.25, 0.5, 0.75, 0.95])",
		}, x, func(a []cell) {
			lo, hi := a[0].number(), a[1].number()
			cp.Min, cp.Max, cp.Mean = &lo, &hi, rounded(a[2].number())
			if cp.Kind == table.Number {
				cp.Deviation = rounded(a[3].number())
			}
			q := make([]float64, 5)
			for k, text := range strings.Split(strings.Trim(a[4].text, "[]"), ", ") {
				q[k] = cell{text, true}.number()
			}
			cp.Quantiles = &Quantiles{q[0], q[1], q[2], q[3], q[4]}
		}})
	}
	// The quantiles keep all cells of the columns that are asked together.
	few := int(max(1, 8_000_000/max(p.Rows, 1)))
	for some := range slices.Chunk(asked, few) {
		if err := c.answer(ctx, some, "main."+ident(name)); err != nil {
			return err
		}
	}
	return nil
}

// number is what a cell holds; NaN is missing.
func (c cell) number() float64 {
	if x, err := strconv.ParseFloat(c.text, 64); c.ok && err == nil {
		return x
	}
	return math.NaN()
}

// histograms counts the cells of each bar.
func (c *conn) histograms(ctx context.Context, name string, p *Profile) error {
	lit := func(v float64) string { return "CAST(" + strconv.FormatFloat(v, 'e', -1, 64) + " AS DOUBLE)" }
	var asked []question
	for i := range p.Columns {
		x, cp := p.measured(i), &p.Columns[i]
		if x == "" {
			continue
		}
		lo, hi := *cp.Min, *cp.Max
		width := (hi - lo) / bars
		if !(width > 0) || math.IsInf(width, 0) {
			cp.Histogram = []Bar{{lo, hi, 0}}
			width = math.MaxFloat64
		} else {
			for i := range bars {
				cp.Histogram = append(cp.Histogram, Bar{lo + width*float64(i), lo + width*float64(i+1), 0})
			}
		}
		bar := fmt.Sprintf("CASE WHEN %[1]s IS NOT NULL THEN CAST(least(greatest(floor((%[1]s - %[2]s) / %[3]s), 0), %[4]d) AS UTINYINT) END", x, lit(lo), lit(width), len(cp.Histogram)-1)
		asked = append(asked, question{[]string{bar}, []string{"histogram(%[2]s)"}, x, func(a []cell) {
			for pair := range strings.SplitSeq(strings.Trim(a[0].text, "{}"), ", ") {
				at, n, _ := strings.Cut(pair, "=")
				if k, err := strconv.Atoi(at); err == nil && k < len(cp.Histogram) {
					cp.Histogram[k].Count = cell{n, true}.whole()
				}
			}
		}})
	}
	return c.answer(ctx, asked, "main."+ident(name))
}

// rounded drops the digits that differ between runs, and keeps NaN out of JSON.
func rounded(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return &x
}

// tops finds the most frequent values. Where nearly all of many cells differ
// there are none to speak of, and finding that out would take long.
func (c *conn) tops(ctx context.Context, name string, p *Profile) error {
	for i := range p.Columns {
		col := &p.Columns[i]
		if p.Rows > exactRows && 2*col.Distinct > p.Rows-col.Missing {
			continue
		}
		x := ident(col.Name)
		t, rows, err := c.read(ctx, fmt.Sprintf("SELECT count(*) AS _row, %[1]s FROM main.%[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY count(*) DESC, %[1]s LIMIT %[3]d",
			x, ident(name), topFew), []table.Field{col.Field})
		if err != nil {
			return err
		}
		for k, n := range rows {
			col.Top = append(col.Top, ValueCount{t.Columns[0].Cell(k), n})
		}
	}
	return nil
}

// problems says in words what looks wrong with a column.
func problems(p *ColumnProfile, rows int64) (out []string) {
	present := rows - p.Missing
	switch {
	case present == 0:
		return []string{"All cells are missing: leave the column out."}
	case p.Missing*20 >= rows:
		out = append(out, percent(p.Missing, rows)+" of the cells are missing.")
	}
	if p.Distinct == 1 && present > 1 {
		out = append(out, "All cells hold the same value.")
	}
	if p.Personal != personal.None {
		out = append(out, fmt.Sprintf("It seems to hold data of persons (%s): leave it out, or use a step that makes pseudonyms or masks.", p.Personal))
	}
	if len(p.Strange) > 0 {
		out = append(out, fmt.Sprintf("Values such as %q seem to stand for a missing one.", p.Strange[0].Value))
	}
	if p.Kind == table.Number && p.Min != nil && *p.Min < 0 && countsOrPays.MatchString(p.Name) {
		out = append(out, fmt.Sprintf("Some cells are below 0, down to %s: if goods came back, filter these rows out or keep them apart.", show(*p.Min)))
	}
	if q := p.Quantiles; q != nil && p.Kind == table.Number && p.Distinct > 20 {
		if iqr := q.P75 - q.P25; iqr > 0 {
			if *p.Max > q.P75+20*iqr {
				out = append(out, fmt.Sprintf("The largest value, %s, lies far from the others: look for outliers.", show(*p.Max)))
			}
			if *p.Min < q.P25-20*iqr {
				out = append(out, fmt.Sprintf("The smallest value, %s, lies far from the others: look for outliers.", show(*p.Min)))
			}
		}
	}
	return out
}

func show(x float64) string { return strconv.FormatFloat(x, 'g', 8, 64) }
