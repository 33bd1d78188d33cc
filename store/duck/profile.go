package duck

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"shoptwin/core/table"
)

// Profile describes a dataset for people.
type Profile struct {
	Table    string          `json:"table"`
	Rows     int64           `json:"rows"`
	Rejected int64           `json:"rejected"`
	Repeated int64           `json:"repeated"` // rows equal to an earlier one
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
	Top       []ValueCount `json:"top,omitempty"`       // at most 10, the most frequent first
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
// lie, which stand most often, and what looks wrong. About a second for a
// million rows of eight columns.
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
	p := Profile{Table: name, Rows: d.Rows, Rejected: d.Rejected}
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
		cp := ColumnProfile{ColumnInfo: col}
		if col.Kind != table.Text && d.Rows > col.Missing {
			err = c.shape(ctx, name, &cp)
		}
		if err == nil {
			cp.Top, err = c.top(ctx, name, col)
		}
		if err != nil {
			return Profile{}, err
		}
		cp.Problems = append(cp.Problems[:len(cp.Problems):len(cp.Problems)], problems(&cp, d.Rows)...)
		p.Columns = append(p.Columns, cp)
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

// shape fills in the measures of a number or time column.
func (c *conn) shape(ctx context.Context, name string, cp *ColumnProfile) error {
	x := ident(cp.Name)
	if cp.Kind == table.Time {
		x = "epoch_us(" + x + ") / 1e6"
	}
	from := fmt.Sprintf("(SELECT %s AS x FROM main.%s)", x, ident(name))
	n, err := c.numbers(ctx, `SELECT CAST(min(x) AS DOUBLE), CAST(max(x) AS DOUBLE), CAST(favg(x) AS DOUBLE), CAST(stddev_samp(x) AS DOUBLE),
		quantile_cont(x, 0.05), quantile_cont(x, 0.25), quantile_cont(x, 0.5), quantile_cont(x, 0.75), quantile_cont(x, 0.95) FROM `+from)
	if err != nil {
		return err
	}
	cp.Min, cp.Max, cp.Mean = &n[0], &n[1], rounded(n[2])
	if cp.Kind == table.Number {
		cp.Deviation = rounded(n[3])
	}
	cp.Quantiles = &Quantiles{n[4], n[5], n[6], n[7], n[8]}
	lo, hi := n[0], n[1]
	width := (hi - lo) / bars
	if !(width > 0) || math.IsInf(width, 0) {
		cp.Histogram = []Bar{{lo, hi, 0}}
		width = math.MaxFloat64
	} else {
		for i := range bars {
			cp.Histogram = append(cp.Histogram, Bar{lo + width*float64(i), lo + width*float64(i+1), 0})
		}
	}
	lit := func(v float64) string { return "CAST(" + strconv.FormatFloat(v, 'e', -1, 64) + " AS DOUBLE)" }
	return c.query(ctx, fmt.Sprintf("SELECT CAST(least(greatest(floor((x - %s) / %s), 0), %d) AS BIGINT) AS bar, count(*) FROM %s WHERE x IS NOT NULL GROUP BY bar",
		lit(lo), lit(width), len(cp.Histogram)-1, from), func(ch *chunk) error {
		bar, count := ch.int64s(0), ch.int64s(1)
		for i := range bar {
			cp.Histogram[bar[i]].Count = count[i]
		}
		return nil
	})
}

// rounded drops the digits that differ between runs, and keeps NaN out of JSON.
func rounded(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return &x
}

func (c *conn) top(ctx context.Context, name string, col ColumnInfo) ([]ValueCount, error) {
	x := ident(col.Name)
	value := x
	if col.Kind == table.Time {
		value = "epoch_us(" + x + ")"
	}
	var out []ValueCount
	err := c.query(ctx, fmt.Sprintf("SELECT %s, count(*) AS n FROM main.%s WHERE %s IS NOT NULL GROUP BY %s ORDER BY n DESC, %s LIMIT %d",
		value, ident(name), x, x, x, topFew), func(ch *chunk) error {
		n := ch.int64s(1)
		for i := range ch.rows {
			v := &table.Column{Field: col.Field}
			switch col.Kind {
			case table.Text:
				b, _ := ch.text(0, i)
				out = append(out, ValueCount{string(b), n[i]})
				continue
			case table.Time:
				v.Num = []float64{float64(ch.int64s(0)[i]) / 1e6}
			default:
				v.Num = []float64{ch.float64s(0)[i]}
			}
			out = append(out, ValueCount{v.Cell(0), n[i]})
		}
		return nil
	})
	return out, err
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
