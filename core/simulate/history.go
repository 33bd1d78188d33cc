package simulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// History is receipts with what was offered when they were written, by
// customer. What a [Model] draws is a History, too.
type History struct {
	start  float64 // day number of the Monday of week 0
	weeks  int
	cats   []category
	items  []item  // flat, by category
	offers []offer // item*weeks + week
	stores []string
	people []person
	notes  []string
}

// category is a run of items among which a customer chooses.
type category struct {
	name     string
	first, n int
}

type item struct {
	id    string
	price float64 // usual price of one unit
	cat   int
}

// offer is how an item is sold in a week; the zero value is the usual price.
type offer struct {
	off              float64 // -ln(1-depth), not below 0
	feature, display bool
}

// person is a customer's lines, in order of time and receipt.
type person struct {
	lines []line
	class uint8 // of a drawn customer; 0 of a real one
}

type line struct {
	week     int16
	day      int8 // 0 is Monday
	quantity uint8
	store    int16
	item     int32
	receipt  int32
}

const (
	fewest       = 5  // customers of an item, or it is not remembered
	mostItems    = 80 // of a category
	mostQuantity = 40
)

// Customers, Items, Categories and Weeks return the sizes of h; Notes says in
// sentences what was left out of it.
func (h *History) Customers() int  { return len(h.people) }
func (h *History) Items() int      { return len(h.items) }
func (h *History) Categories() int { return len(h.cats) }
func (h *History) Weeks() int      { return h.weeks }
func (h *History) Notes() []string { return h.notes }

// Lines returns the number of receipt lines.
func (h *History) Lines() (n int) {
	for _, p := range h.people {
		n += len(p.lines)
	}
	return n
}

// raw is one usable line of the sales table.
type raw struct {
	customer, item, store, receipt int32
	day                            float64
	quantity, price                float64 // price before discount, of one unit
	depth                          float64 // fraction that was taken off; NaN when not known
}

// NewHistory reads receipt lines with a customer on each, the products'
// categories and the calendar of promotions. Without the calendar, offers are
// read off the receipts' discounts. Products may be nil: then all items are
// one category, whose most sold ones are kept. Items that fewer than five
// customers bought are left out. cols overrides the columns that are
// recognised by name. Errors name the table, the column and the way out.
// O(rows log rows).
func NewHistory(sales, products, promotions *table.Table, cols Columns) (*History, error) {
	if sales == nil || sales.Rows() == 0 {
		return nil, core.Errorf(core.Invalid, "there are no transactions").WithHint("give receipt lines: customer, date, product, quantity, price")
	}
	h := &History{}
	rows, ids, err := h.read(sales, resolve(sales, cols))
	if err != nil {
		return nil, err
	}
	place, err := h.catalogue(rows, ids, products, cols)
	if err != nil {
		return nil, err
	}
	if promotions == nil {
		h.offersOfReceipts(rows, place)
	} else if h.offers, err = h.calendar(promotions, cols, h.start, h.weeks, false); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(h.offers, func(o offer) bool { return o != offer{} }) {
		return nil, core.Errorf(core.Invalid, "no product was ever on promotion in the %d weeks of the transactions: nothing can be learned of how customers answer", h.weeks).
			WithHint("give the table of promotions, or receipts with their discounts")
	}
	h.gather(rows, place)
	return h, nil
}

// read takes the usable rows, and names the items by code.
func (h *History) read(t *table.Table, c Columns) ([]raw, []string, error) {
	if err := c.need(t, "customer", "item", "date", "quantity", "price"); err != nil {
		return nil, nil, err
	}
	customers, names := t.Column(c.Customer).Keys()
	items, ids := t.Column(c.Item).Keys()
	day, quantity, price := days(t.Column(c.Date)), numbers(t.Column(c.Quantity)), numbers(t.Column(c.Price))
	discount := numbers(column(t, c.Discount))
	stores, receipts := make([]int32, t.Rows()), []int32(nil)
	h.stores = []string{"all"}
	if c.Store != "" {
		stores, h.stores = t.Column(c.Store).Keys()
	}
	if c.Receipt != "" {
		receipts, _ = t.Column(c.Receipt).Keys()
	}
	rows := make([]raw, 0, t.Rows())
	seen := make([]bool, len(names))
	who := 0
	for i := range t.Rows() {
		if customers[i] < 0 || items[i] < 0 || stores[i] < 0 || !(quantity[i] > 0) || !(price[i] > 0) || day[i] != day[i] {
			continue
		}
		r := raw{customer: customers[i], item: items[i], store: stores[i], receipt: -1, day: day[i],
			quantity: math.Min(math.Ceil(quantity[i]), mostQuantity), price: price[i], depth: math.NaN()}
		if discount != nil {
			r.depth = math.Min(.95, math.Max(0, discount[i]/(price[i]*quantity[i])))
		}
		if receipts != nil {
			r.receipt = receipts[i]
		}
		if !seen[r.customer] {
			seen[r.customer] = true
			who++
		}
		rows = append(rows, r)
	}
	if left := t.Rows() - len(rows); left > 0 {
		h.notes = append(h.notes, fmt.Sprintf("%d of %d rows left out: no customer, product, date, quantity or price, or a return", left, t.Rows()))
	}
	if who < leastCustomers {
		return nil, nil, core.Errorf(core.Invalid, "table %q has %d customers with a usable purchase: a simulator needs %d", t.Name, who, leastCustomers).
			WithHint("the column of customers is %q; name another if that is wrong: customer=COLUMN", c.Customer)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		lo, hi = math.Min(lo, r.day), math.Max(hi, r.day)
	}
	h.start = lo - float64(weekday(lo))
	h.weeks = int((hi-h.start)/7) + 1
	if h.weeks < leastWeeks || h.weeks > 1040 {
		return nil, nil, core.Errorf(core.Invalid, "table %q, column %q: dates over %d weeks, the simulator needs %d to 1040", t.Name, c.Date, h.weeks, leastWeeks).
			WithHint("give a longer history, or clip dates that are plainly wrong")
	}
	return rows, ids, nil
}

const (
	leastCustomers = 100
	leastWeeks     = 20
)

// catalogue chooses the items that are kept and their categories; place gives
// each code's place among them, or -1.
func (h *History) catalogue(rows []raw, ids []string, products *table.Table, cols Columns) ([]int32, error) {
	group := make([]string, len(ids))
	if products != nil {
		c := resolve(products, cols)
		if err := c.need(products, "item", "category"); err != nil {
			return nil, err
		}
		at := map[string]int{}
		for i, id := range ids {
			at[id] = i
		}
		codes, names := products.Column(c.Item).Keys()
		for i, code := range codes {
			if code >= 0 {
				if n, ok := at[names[code]]; ok {
					group[n] = products.Column(c.Category).Cell(i)
				}
			}
		}
	}
	type tally struct {
		code, customers int
		last            int32
		prices          []float64
	}
	all := make([]tally, len(ids))
	order := make([]int32, len(rows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(rows[a].customer, rows[b].customer) })
	for i := range all {
		all[i].code, all[i].last = i, -1
	}
	for _, i := range order {
		t := &all[rows[i].item]
		if t.last != rows[i].customer {
			t.last = rows[i].customer
			t.customers++
		}
		t.prices = append(t.prices, rows[i].price)
	}
	by := map[string][]tally{}
	for _, t := range all {
		if t.customers >= fewest {
			by[group[t.code]] = append(by[group[t.code]], t)
		}
	}
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	place := slices.Repeat([]int32{-1}, len(ids))
	for _, name := range names {
		of := by[name]
		slices.SortStableFunc(of, func(a, b tally) int { return cmp.Compare(b.customers, a.customers) })
		of = of[:min(len(of), mostItems)]
		h.cats = append(h.cats, category{name, len(h.items), len(of)})
		for _, t := range of {
			place[t.code] = int32(len(h.items))
			slices.Sort(t.prices)
			h.items = append(h.items, item{id: ids[t.code], price: t.prices[len(t.prices)/2], cat: len(h.cats) - 1})
		}
	}
	if len(h.items) < 2 {
		return nil, core.Errorf(core.Invalid, "%d of %d products were bought by at least %d customers: too few to learn from", len(h.items), len(ids), fewest).
			WithHint("give a longer history or products in fewer, larger groups")
	}
	if left := len(ids) - len(h.items); left > 0 {
		h.notes = append(h.notes, fmt.Sprintf("%d of %d products left out: fewer than %d customers, or beyond the %d most bought of their category", left, len(ids), fewest, mostItems))
	}
	return place, nil
}

// offersOfReceipts takes the median discount of an item's lines in a week.
func (h *History) offersOfReceipts(rows []raw, place []int32) {
	found := map[int][]float64{}
	for _, r := range rows {
		if p := place[r.item]; p >= 0 && r.depth == r.depth {
			at := int(p)*h.weeks + int((r.day-h.start)/7)
			found[at] = append(found[at], r.depth)
		}
	}
	h.offers = make([]offer, len(h.items)*h.weeks)
	for at, d := range found {
		slices.Sort(d)
		if m := d[len(d)/2]; m >= .03 {
			h.offers[at].off = -math.Log1p(-m)
		}
	}
}

// gather sorts the rows by customer and time.
func (h *History) gather(rows []raw, place []int32) {
	slices.SortStableFunc(rows, func(a, b raw) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.day, b.day), cmp.Compare(a.receipt, b.receipt))
	})
	last, receipt := raw{customer: -1}, int32(0)
	for _, r := range rows {
		p := place[r.item]
		if p < 0 {
			continue
		}
		if r.customer != last.customer {
			h.people = append(h.people, person{})
		}
		if r.customer != last.customer || r.day != last.day || r.receipt != last.receipt {
			receipt++
		}
		last = r
		who := &h.people[len(h.people)-1]
		from := r.day - h.start
		who.lines = append(who.lines, line{week: int16(from / 7), day: int8(int(from) % 7), quantity: uint8(r.quantity), store: int16(r.store), item: p, receipt: receipt})
	}
}

// Split deals the customers out by chance: share of them to the first
// history, the others to the second. Both share everything else.
func (h *History) Split(share float64, rng source) (first, rest *History) {
	order := rng.Perm(len(h.people))
	n := int(math.Round(share * float64(len(order))))
	part := func(of []int) *History {
		slices.Sort(of)
		q := *h
		q.people = nil
		for _, i := range of {
			q.people = append(q.people, h.people[i])
		}
		return &q
	}
	return part(order[:n]), part(order[n:])
}
