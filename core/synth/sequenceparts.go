package synth

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/table"
)

// parts are events taken apart into customers, visits and lines.
type parts struct {
	events *table.Table
	rows   []int32   // of the table, customer by customer, in time
	owner  []int32   // customer o has the visits owner[o] to owner[o+1]
	visit  []int32   // visit v has rows[visit[v]:visit[v+1]]
	time   []float64 // of each visit
	whose  []int32   // customer of each of rows
	roles  []byte    // of the columns
	pause  bool      // events of one basket have times of their own
}

// Shares above which a column is taken to be the same for all of a customer's
// or basket's events; the few others get the most frequent value.
const (
	constantShare = .99
	pauseShare    = .02 // of baskets with several times
	constantLeast = 50  // groups of several rows that must show it
)

// takeApart sorts events. Rows without customer or time are left out.
func takeApart(t *table.Table, cfg SequenceConfig) (*parts, error) {
	p := &parts{events: t, roles: make([]byte, len(t.Columns))}
	for i := range p.roles {
		p.roles[i] = isLine
	}
	find := func(name string, role byte, what string) (*table.Column, error) {
		for i, c := range t.Columns {
			if c.Name == name {
				if p.roles[i] != isLine {
					return nil, core.Errorf(core.Invalid, "column %q cannot be both %s and something else", name, what)
				}
				p.roles[i] = role
				return c, nil
			}
		}
		return nil, core.Errorf(core.NotFound, "table %q has no column %q, which should be %s", t.Name, name, what)
	}
	owner, err := find(cfg.Owner, isOwner, "the customer")
	if err != nil {
		return nil, err
	}
	when, err := find(cfg.Time, isTime, "the time")
	if err != nil {
		return nil, err
	}
	if when.Kind == table.Text {
		return nil, core.Errorf(core.Invalid, "column %q holds text, not times", when.Name).WithHint("repair it to a date first, or name another column")
	}
	var basket *table.Column
	if cfg.Basket != "" {
		if basket, err = find(cfg.Basket, isBasket, "the basket"); err != nil {
			return nil, err
		}
	}
	if cfg.Item != "" {
		if _, err := find(cfg.Item, isItem, "the item"); err != nil {
			return nil, err
		}
	}
	who, baskets := groupsOf(owner), []int32(nil)
	if basket != nil {
		baskets = groupsOf(basket)
	}
	p.sort(who, baskets, when.Num)
	if len(p.owner) < 2 {
		return nil, core.Errorf(core.Invalid, "table %q has no row with a customer and a time", t.Name)
	}
	p.findConstants(cfg.Context)
	return p, nil
}

// groupsOf numbers the distinct values of c; -1 for missing cells.
func groupsOf(c *table.Column) []int32 {
	if c.Kind == table.Text {
		return c.Codes
	}
	out, index := make([]int32, len(c.Num)), map[float64]int32{}
	for i, x := range c.Num {
		if out[i] = -1; math.IsNaN(x) {
			continue
		}
		at, ok := index[x]
		if !ok {
			at = int32(len(index))
			index[x] = at
		}
		out[i] = at
	}
	return out
}

// sort puts rows in order and finds customers and visits.
func (p *parts) sort(who, basket []int32, when []float64) {
	type place struct{ who, basket int32 }
	first := map[place]float64{} // time of each basket
	for i, w := range who {
		if w < 0 || math.IsNaN(when[i]) {
			continue
		}
		p.rows = append(p.rows, int32(i))
		if basket != nil {
			at := place{w, basket[i]}
			if x, ok := first[at]; !ok || when[i] < x {
				first[at] = when[i]
			}
		}
	}
	begins := when
	if basket != nil {
		begins = make([]float64, len(when))
		for _, i := range p.rows {
			begins[i] = first[place{who[i], basket[i]}]
		}
	}
	begin := func(i int32) float64 { return begins[i] }
	slices.SortFunc(p.rows, func(a, b int32) int {
		c := cmp.Or(cmp.Compare(who[a], who[b]), cmp.Compare(begin(a), begin(b)))
		if c == 0 && basket != nil {
			c = cmp.Compare(basket[a], basket[b])
		}
		return cmp.Or(c, cmp.Compare(when[a], when[b]), cmp.Compare(a, b))
	})
	spread, several := 0, 0
	for k, i := range p.rows {
		same := k > 0 && who[p.rows[k-1]] == who[i]
		if !same {
			p.owner = append(p.owner, int32(len(p.visit)))
		}
		if !same || begin(p.rows[k-1]) != begin(i) || basket != nil && basket[p.rows[k-1]] != basket[i] {
			p.visit = append(p.visit, int32(k))
			p.time = append(p.time, begin(i))
		}
		p.whose = append(p.whose, int32(len(p.owner)-1))
	}
	p.owner = append(p.owner, int32(len(p.visit)))
	p.visit = append(p.visit, int32(len(p.rows)))
	for v := range p.time {
		if lo, hi := p.visit[v], p.visit[v+1]; hi-lo > 1 {
			several++
			if when[p.rows[hi-1]] != when[p.rows[lo]] {
				spread++
			}
		}
	}
	p.pause = float64(spread) > pauseShare*float64(several)
}

// findConstants tells which columns are customers' and which are visits'.
func (p *parts) findConstants(context []string) {
	visits := make([]int32, len(p.time)+1)
	copy(visits, p.visit)
	owners := make([]int32, len(p.owner))
	for o, v := range p.owner {
		owners[o] = p.visit[v]
	}
	for i, c := range p.events.Columns {
		if p.roles[i] != isLine {
			continue
		}
		value := groupsOf(c)
		switch {
		case slices.Contains(context, c.Name):
			p.roles[i] = isAttribute
		case p.constant(value, owners):
			p.roles[i] = isAttribute
		case p.constant(value, visits):
			p.roles[i] = isVisit
		}
	}
}

// constant says whether value is the same within nearly all groups of rows,
// but not among them.
func (p *parts) constant(value []int32, from []int32) bool {
	several, same, differ := 0, 0, false
	for g := range len(from) - 1 {
		rows := p.rows[from[g]:from[g+1]]
		differ = differ || value[rows[0]] != value[p.rows[0]]
		if len(rows) < 2 {
			continue
		}
		several++
		if !slices.ContainsFunc(rows, func(r int32) bool { return value[r] != value[rows[0]] }) {
			same++
		}
	}
	return differ && several >= constantLeast && float64(same) >= constantShare*float64(several)
}

// column returns the cells of column i in each group of rows: the most
// frequent one.
func (p *parts) column(i int, from []int32) *table.Column {
	value := groupsOf(p.events.Columns[i])
	rows := make([]int, len(from)-1)
	count := map[int32]int{}
	for g := range rows {
		clear(count)
		best := p.rows[from[g]]
		for _, r := range p.rows[from[g]:from[g+1]] {
			if count[value[r]]++; count[value[r]] > count[value[best]] {
				best = r
			}
		}
		rows[g] = int(best)
	}
	return p.events.Columns[i].Take(rows)
}

// lines returns a column in the order of rows. A level that fewer than least
// customers have is dealt into levels too rare to be remembered.
func (p *parts) lines(i int, from []int32, whose []int32, least int) *table.Column {
	var c *table.Column
	if from == nil {
		rows := make([]int, len(p.rows))
		for k, r := range p.rows {
			rows[k] = int(r)
		}
		c = p.events.Columns[i].Take(rows)
	} else {
		c = p.column(i, from)
	}
	if c.Kind != table.Text || least < 2 {
		return c
	}
	return common(c, whose, least)
}

// common deals the rows of levels that fewer than least customers have into
// levels of fewer than least rows, which are remembered nowhere.
func common(c *table.Column, whose []int32, least int) *table.Column {
	owners, last, rows := make([]int, len(c.Levels)), make([]int32, len(c.Levels)), make([]int, len(c.Levels))
	for i := range last {
		last[i] = -1
	}
	for i, l := range c.Codes { // whose ascends
		if l >= 0 {
			if rows[l]++; last[l] != whose[i] {
				owners[l]++
				last[l] = whose[i]
			}
		}
	}
	out := &table.Column{Field: c.Field, Levels: slices.Clone(c.Levels), Codes: slices.Clone(c.Codes)}
	place, dealt := make([]int32, len(c.Levels)), make([]int, len(c.Levels))
	for i, l := range c.Codes {
		if l < 0 || owners[l] >= least || rows[l] < least {
			continue
		}
		if dealt[l]%(least-1) == 0 {
			place[l] = int32(len(out.Levels))
			out.Levels = append(out.Levels, c.Levels[l]+"\x00"+strconv.Itoa(dealt[l]))
		}
		dealt[l]++
		out.Codes[i] = place[l]
	}
	return out
}
