package synth

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// What is measured of a visit. A visit on a later day than the one before has
// a number of days and a time of day, one on the same day the seconds since.
// Where the moments are numbers, days are their differences, and there are
// none of the others.
const (
	gaugeDays = iota
	gaugeLater
	gaugeClock
	gaugeSize
	gaugeCount
)

var gaugeNames = [gaugeCount]string{"days", "later", "clock", "size"}

// gaugeBins are more than a table's columns have: small counts and the days of
// a week apart shall be told from each other.
const gaugeBins = 64

// gauge is a number as codes, drawn one at a time.
type gauge struct {
	enc  *encode.Encoder
	part *encode.Part
}

// newGauge returns the gauge of x; nil where fewer than minCount values are
// there to learn from.
func newGauge(name string, x []float64, cfg encode.Config) (*gauge, error) {
	if len(x) < cfg.MinCount {
		return nil, nil
	}
	cfg.Bins = max(cfg.Bins, gaugeBins)
	cfg.MaxLevels, cfg.MaxWidth = 4*cfg.Bins, 4*cfg.Bins
	c := table.NewNumber(name, slices.Clone(x))
	c.Role = table.Measure
	enc, err := encode.Fit(&table.Table{Name: name, Columns: []*table.Column{c}}, cfg, nil)
	if err != nil {
		return nil, err
	}
	return gaugeOf(enc), nil
}

// gaugeOf returns the gauge of an encoder of one column; nil if it has none.
func gaugeOf(enc *encode.Encoder) *gauge {
	if len(enc.Columns) != 1 || enc.Columns[0].Form != encode.Modelled || len(enc.Columns[0].Parts) != 1 || len(enc.Columns[0].Parts[0].From) == 0 {
		return nil
	}
	return &gauge{enc, &enc.Columns[0].Parts[0]}
}

// width returns the number of codes; 0 of nil.
func (g *gauge) width() int {
	if g == nil {
		return 0
	}
	return len(g.part.From)
}

func (g *gauge) code(x float64) uint16 { return uint16(sort.SearchFloat64s(g.part.Edge, x)) }

// least is the lower end of a code.
func (g *gauge) least(code int) float64 { return g.part.Lo[g.part.From[code]] }

// value draws a number of that code.
func (g *gauge) value(code uint16, rng *rand.PCG) float64 {
	p := g.part
	from, to := p.From[code], p.To[code]
	var total int64
	for _, n := range p.Count[from:to] {
		total += n
	}
	at := from
	for left := int64(rng.Uint64() % uint64(max(total, 1))); at < to-1 && left >= p.Count[at]; at++ {
		left -= p.Count[at]
	}
	x := p.Lo[at]
	if p.Hi[at] > x {
		x += float64(uniform(rng)) * (p.Hi[at] - x)
		if p.Step > 0 {
			x = (p.Base + math.Round((x*p.Scale-p.Base)/p.Step)*p.Step) / p.Scale
		}
	}
	return x
}

const daySeconds = 86400

// moments tells when visits may be.
type moments struct {
	days        *encode.Calendar // nil: moments are numbers
	first, last float64          // days, or numbers
}

func (s *Sequences) moments() moments {
	c := &s.times.Columns[0]
	if c.Days != nil {
		return moments{c.Days, float64(c.Days.First), float64(c.Days.Last)}
	}
	if c.Form != encode.Modelled || len(c.Parts) == 0 || len(c.Parts[0].Lo) == 0 {
		return moments{}
	}
	p := &c.Parts[0]
	return moments{nil, p.Lo[0], p.Hi[len(p.Hi)-1]}
}

// day returns the day of a moment, or the number.
func (m moments) day(time float64) float64 {
	if m.days == nil {
		return time
	}
	return math.Floor(time / daySeconds)
}

// open returns the day nearest to day on which there are visits, later than
// after; after if there is none.
func (m moments) open(day, after float64) float64 {
	day = min(day, m.last)
	if m.days == nil {
		return max(day, after)
	}
	for d := 0.; d < 22; d++ {
		for _, at := range [2]float64{day - d, day + d} {
			if at > after && m.days.Open(int32(at)) {
				return at
			}
		}
	}
	return max(day, after)
}
