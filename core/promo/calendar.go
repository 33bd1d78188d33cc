package promo

import (
	"math"

	"shoptwin/core/table"
)

// describe takes names, categories and costs from the products table.
func (p *Panel) describe(products *table.Table, cols Columns) {
	if products == nil || products.Rows() == 0 {
		return
	}
	c := resolve(products, cols)
	if c.Item == "" {
		p.note("the products table has no item column: no names, categories and costs")
		return
	}
	index := map[string]int{}
	for i, it := range p.items {
		index[it.ID] = i
	}
	codes, names := products.Column(c.Item).Keys()
	text := func(name string, i int) string {
		if name == "" {
			return ""
		}
		return products.Column(name).Cell(i)
	}
	var cost []float64
	if c.Cost != "" {
		cost = numbers(products.Column(c.Cost))
	}
	found := make([]bool, len(p.items))
	for i := range products.Rows() {
		if codes[i] < 0 {
			continue
		}
		n, ok := index[names[codes[i]]]
		if !ok {
			continue
		}
		it := &p.items[n]
		if s := text(c.Name, i); s != "" && !found[n] {
			it.Name = s
		}
		if s := text(c.Category, i); s != "" && it.Category == "" {
			it.Category = s
		}
		if cost != nil && cost[i] > 0 && it.Cost == 0 {
			it.Cost = cost[i]
		}
		found[n] = true
	}
	missing := 0
	for _, ok := range found {
		if !ok {
			missing++
		}
	}
	if missing > 0 {
		p.note("%d of %d items are not in the products table: they share one category", missing, len(p.items))
	}
}

// offers is the promotions calendar: what stood at item, store and week.
type offers struct {
	stores int
	weeks  int
	cell   map[int64]offerCell
}

type offerCell struct {
	depth float32
	days  uint8 // of the week on offer
	flags uint8
}

func (o *offers) at(item, store int32, week int) (offerCell, bool) {
	if o == nil {
		return offerCell{}, false
	}
	c, ok := o.cell[o.key(item, store, week)]
	return c, ok
}

func (o *offers) key(item, store int32, week int) int64 {
	return (int64(item)*int64(o.stores)+int64(store))*int64(o.weeks) + int64(week)
}

// calendar reads the promotions table; nil when there is none to use.
func (p *Panel) calendar(promotions *table.Table, cols Columns) *offers {
	if promotions == nil || promotions.Rows() == 0 {
		return nil
	}
	c := resolve(promotions, cols)
	if c.Item == "" || c.Start == "" || c.Depth == "" && c.Feature == "" && c.Display == "" || math.IsNaN(p.start) {
		p.note("the promotions table is not used: it needs an item, a start date and a depth, and sales with dates")
		return nil
	}
	index := map[string]int32{}
	for i, it := range p.items {
		index[it.ID] = int32(i)
	}
	storeIndex := map[string]int32{}
	for i, s := range p.stores {
		storeIndex[s] = int32(i)
	}
	codes, names := promotions.Column(c.Item).Keys()
	start := days(promotions.Column(c.Start))
	end := start
	if c.End != "" {
		end = days(promotions.Column(c.End))
	}
	num := func(name string) []float64 {
		if name == "" {
			return make([]float64, promotions.Rows())
		}
		return numbers(promotions.Column(name))
	}
	depth, feature, display := num(c.Depth), num(c.Feature), num(c.Display)
	var storeCodes []int32
	var storeNames []string
	if c.Store != "" {
		storeCodes, storeNames = promotions.Column(c.Store).Keys()
	}
	o := &offers{stores: len(p.stores), weeks: p.weeks, cell: map[int64]offerCell{}}
	bad := 0
	for i := range promotions.Rows() {
		d := depth[i]
		if d > 1 && d <= 90 {
			d /= 100
		}
		if codes[i] < 0 || !(end[i] >= start[i]) || end[i]-start[i] > 366 || !(d >= 0 && d <= 0.9) {
			bad++
			continue
		}
		it, ok := index[names[codes[i]]]
		if !ok {
			continue
		}
		lo, hi := int32(0), int32(len(p.stores)-1)
		if storeCodes != nil && storeCodes[i] >= 0 {
			s, ok := storeIndex[storeNames[storeCodes[i]]]
			if !ok {
				continue
			}
			lo, hi = s, s
		}
		f := uint8(0)
		if feature[i] > 0 {
			f |= featured
		}
		if display[i] > 0 {
			f |= displayed
		}
		for w := max(0, int(math.Floor((start[i]-p.start)/7))); w < p.weeks && p.start+7*float64(w) <= end[i]; w++ {
			from, to := max(start[i], p.start+7*float64(w)), min(end[i], p.start+7*float64(w)+6)
			for s := lo; s <= hi; s++ {
				k := o.key(it, s, w)
				was := o.cell[k]
				o.cell[k] = offerCell{max(was.depth, float32(d)), max(was.days, uint8(to-from)+1), was.flags | f}
			}
		}
	}
	if bad > 0 {
		p.note("%d of %d promotions left out: no item, dates or depth that make sense", bad, promotions.Rows())
	}
	return o
}
