package synth

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/table"
)

func numbers(name string, n []int64) *table.Column {
	c := &table.Column{Field: table.Field{Name: name}, Num: make([]float64, len(n))}
	for i, x := range n {
		c.Num[i] = float64(x)
	}
	return c
}

// visible returns b as the table writes it.
func (d *SetSampler) visible(b *portion) (*table.Table, error) {
	out := &table.Table{Name: b.m.Name}
	for _, s := range b.m.SumUp {
		if err := d.sumUp(b, s); err != nil {
			return nil, err
		}
	}
	for _, f := range b.m.Fields {
		if c := d.column(b, f); c != nil {
			if c.Field = f; c.Role == table.Auto {
				c.Role = b.role(f.Name)
			}
			out.Columns = append(out.Columns, c)
		}
	}
	return out, nil
}

// role is what a column turned out to be.
func (b *portion) role(name string) table.Role {
	for _, f := range b.m.Foreign {
		if f.Column == name {
			return table.Key
		}
	}
	for _, k := range b.m.Keys {
		if k.Column == name {
			return table.Key
		}
	}
	if c := b.work[name]; c != nil {
		return c.Role
	}
	return table.Auto
}

// column returns a column of b as its table writes it; nil if it is left out.
func (d *SetSampler) column(b *portion, f table.Field) *table.Column {
	for _, k := range b.m.Keys {
		if k.Column == f.Name {
			return k.Maker.Column(f, b.number)
		}
	}
	for _, k := range b.m.Foreign {
		if k.Column == f.Name {
			for _, named := range d.set.Members[k.Member].Keys {
				if named.Column == k.Key {
					return named.Maker.Column(f, b.named[f.Name])
				}
			}
		}
	}
	if c := b.work[f.Name]; c != nil {
		out := *c
		return &out
	}
	if b.up == nil || !b.up.m.Hidden {
		return nil
	}
	c := d.column(b.up, f)
	if c == nil {
		return nil
	}
	c = takeOr(c, b.owner)
	for i, k := range b.m.Blanks {
		if k.Column == f.Name {
			rng := rand.New(b.rng(useBlank<<16 + uint64(i)))
			for r := range b.rows() {
				if rng.Float64() < k.Share {
					if c.Kind == table.Text {
						c.Codes[r] = -1
					} else {
						c.Num[r] = math.NaN()
					}
				}
			}
		}
	}
	return c
}

// sumUp fills a column of b with what the rows it owns sum up to.
func (d *SetSampler) sumUp(b *portion, s Summed) error {
	f, _ := b.m.field(s.Target)
	out := &table.Column{Field: f, Num: make([]float64, b.rows())}
	for g := range d.groups(s.Child, b) {
		c, err := d.children(s.Child, b, g)
		if err != nil {
			return err
		}
		var of *table.Column
		if f, ok := c.m.field(s.Column); ok && s.Column != "" {
			of = d.column(c, f)
		}
		for i, o := range c.owner {
			switch {
			case o < 0:
			case of == nil:
				out.Num[o]++
			case !math.IsNaN(of.Num[i]):
				out.Num[o] += of.Num[i]
			}
		}
	}
	if s.Scale > 0 {
		for i, x := range out.Num {
			out.Num[i] = math.Round(x*s.Scale) / s.Scale
		}
	}
	b.work[s.Target] = out
	return nil
}

// joiner puts tables together into chunks.
type joiner struct {
	chunk int
	emit  func(*table.Table) error
	open  *table.Table
	place []map[string]int32 // of open's levels
}

func (j *joiner) add(t *table.Table) error {
	for lo := 0; lo < t.Rows() || j.open == nil; {
		if j.open == nil {
			j.open, j.place = &table.Table{Name: t.Name}, make([]map[string]int32, len(t.Columns))
			for i, c := range t.Columns {
				j.open.Columns = append(j.open.Columns, &table.Column{Field: c.Field})
				j.place[i] = map[string]int32{}
			}
		}
		n := min(t.Rows()-lo, j.chunk-j.open.Rows())
		for i, c := range t.Columns {
			j.append(i, c, lo, lo+n)
		}
		if lo += n; j.open.Rows() == j.chunk {
			if err := j.flush(); err != nil {
				return err
			}
		}
		if n == 0 {
			break
		}
	}
	return nil
}

func (j *joiner) append(i int, c *table.Column, lo, hi int) {
	out := j.open.Columns[i]
	if c.Kind != table.Text {
		out.Num = append(out.Num, c.Num[lo:hi]...)
		return
	}
	of := make([]int32, len(c.Levels))
	for l := range of {
		of[l] = -1
	}
	for _, code := range c.Codes[lo:hi] {
		if code >= 0 && of[code] < 0 {
			at, ok := j.place[i][c.Levels[code]]
			if !ok {
				at = int32(len(out.Levels))
				j.place[i][c.Levels[code]] = at
				out.Levels = append(out.Levels, c.Levels[code])
			}
			of[code] = at
		}
		if code >= 0 {
			code = of[code]
		}
		out.Codes = append(out.Codes, code)
	}
}

// flush emits what is open.
func (j *joiner) flush() error {
	if j.open == nil {
		return nil
	}
	t := j.open
	j.open = nil
	return j.emit(t)
}

// A Gatherer puts the parts of a table together again.
type Gatherer struct{ j joiner }

// Add appends the rows of t, which has the columns of those before.
func (g *Gatherer) Add(t *table.Table) {
	g.j.chunk = math.MaxInt
	_ = g.j.add(t) // nothing is emitted, so nothing fails
}

// Table returns what was added; nil if nothing was.
func (g *Gatherer) Table() *table.Table { return g.j.open }
