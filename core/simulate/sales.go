package simulate

import (
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Sales is weekly units by product and store, for shops that keep no
// customers.
type Sales struct {
	start    float64 // day number of the first week's date
	weeks    int
	items    []string
	category []int // of each item
	stores   []string
	series   []series
}

// series is one product in one store; cells are weeks, NaN is not observed.
type series struct {
	item, store      int
	units, off       []float64 // off is -ln(price/usual price), at least 0
	feature, display []float64
	price            float64 // the last usual price
}

// Items, Stores and Weeks return the sizes of s.
func (s *Sales) Items() int  { return len(s.items) }
func (s *Sales) Stores() int { return len(s.stores) }
func (s *Sales) Weeks() int  { return s.weeks }

// NewSales reads a row for each product, store and week: units, price and
// usual price (the upper quartile of a series' prices when there is none),
// feature and display. Products give categories and may be nil. Errors name the
// table, the column and the way out.
func NewSales(sales, products *table.Table, cols Columns) (*Sales, error) {
	if sales == nil || sales.Rows() == 0 {
		return nil, core.Errorf(core.Invalid, "there are no sales").WithHint("give a row for each product, store and week")
	}
	c := resolve(sales, cols)
	if err := c.need(sales, "item", "date", "quantity", "price"); err != nil {
		return nil, err
	}
	s := &Sales{stores: []string{"all"}}
	items, names := sales.Column(c.Item).Keys()
	stores := make([]int32, sales.Rows())
	if c.Store != "" {
		stores, s.stores = sales.Column(c.Store).Keys()
	}
	day, units, price := days(sales.Column(c.Date)), numbers(sales.Column(c.Quantity)), numbers(sales.Column(c.Price))
	base := numbers(column(sales, c.Usual))
	feature, display := numbers(column(sales, c.Feature)), numbers(column(sales, c.Display))
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, d := range day {
		if d == d && units[i] >= 0 {
			lo, hi = math.Min(lo, d), math.Max(hi, d)
		}
	}
	if s.weeks = int((hi-lo)/7) + 1; !(hi > lo) || s.weeks < 52 || s.weeks > 1040 {
		return nil, core.Errorf(core.Invalid, "table %q, column %q: %d weeks with units, the simulator of sales needs 52 to 1040", sales.Name, c.Date, max(0, s.weeks)).WithHint("give a longer history")
	}
	s.start, s.items = lo, names
	at := map[[2]int32]int{}
	usual := map[int][]float64{}
	for i := range day {
		if items[i] < 0 || stores[i] < 0 || day[i] != day[i] || !(units[i] >= 0) || !(price[i] > 0) {
			continue
		}
		key := [2]int32{items[i], stores[i]}
		n, ok := at[key]
		if !ok {
			n = len(s.series)
			at[key] = n
			x := series{item: int(items[i]), store: int(stores[i])}
			for _, cell := range []*[]float64{&x.units, &x.off, &x.feature, &x.display} {
				*cell = slices.Repeat([]float64{math.NaN()}, s.weeks)
			}
			s.series = append(s.series, x)
		}
		x, w := &s.series[n], int((day[i]-lo)/7)
		if x.units[w] != x.units[w] {
			x.units[w] = 0
		}
		x.units[w] += units[i]
		x.off[w] = price[i] // for now
		if base != nil && base[i] > 0 {
			x.off[w] = math.Max(0, math.Log(base[i]/price[i]))
			x.price = base[i]
		} else {
			usual[n] = append(usual[n], price[i])
		}
		x.feature[w], x.display[w] = b2f(feature != nil && feature[i] > 0), b2f(display != nil && display[i] > 0)
	}
	for n := range s.series {
		p := usual[n]
		if len(p) == 0 || s.series[n].price > 0 {
			continue
		}
		slices.Sort(p)
		x := &s.series[n]
		x.price = p[len(p)*3/4]
		for w, v := range x.off {
			if v == v {
				x.off[w] = math.Max(0, math.Log(x.price/v))
			}
		}
	}
	return s, s.group(products, cols)
}

// group gives items their categories.
func (s *Sales) group(products *table.Table, cols Columns) error {
	s.category = make([]int, len(s.items))
	offered := false
	for _, x := range s.series {
		for w, off := range x.off {
			offered = offered || off > .05 || x.feature[w] > 0 || x.display[w] > 0
		}
	}
	if !offered {
		return core.Errorf(core.Invalid, "no product was ever on promotion in the %d weeks of the sales: nothing can be learned of how they answer", s.weeks).
			WithHint("give prices beside usual prices, features or displays")
	}
	if products == nil {
		return nil
	}
	c := resolve(products, cols)
	if err := c.need(products, "item", "category"); err != nil {
		return err
	}
	codes, names := products.Column(c.Item).Keys()
	place := map[string]int{}
	for i, code := range codes {
		if code >= 0 {
			place[names[code]] = i
		}
	}
	groups := map[string]int{}
	for i, name := range s.items {
		if row, ok := place[name]; ok {
			cell := products.Column(c.Category).Cell(row)
			if _, ok := groups[cell]; !ok {
				groups[cell] = len(groups)
			}
			s.category[i] = groups[cell]
		}
	}
	return nil
}
