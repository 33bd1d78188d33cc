package promo

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Panel is weekly sales by item and store. A series is one item in one store;
// its cells are the weeks, oldest first.
type Panel struct {
	items  []item
	stores []string
	series []seriesKey // by item, then by store
	weeks  int
	start  float64 // day number of the first day of week 0; NaN when weeks have no dates
	first  int     // number of week 0 when weeks have no dates

	// Cells, series-major: series*weeks + week.
	units []float32 // NaN: not observed
	lp    []float32 // ln(price/base)
	lb    []float32 // ln base
	flags []uint8

	notes []string
}

type item struct {
	ID, Name, Category string
	Cost               float64 // of one unit; 0 when not known
}

type seriesKey struct{ item, store int32 }

const (
	featured  = 1 << iota
	displayed // on display
	reduced   // temporary price reduction by its flag
	unsure    // only while filling: the offer's kind is not known
)

// promoDepth is the smallest discount that makes a week a promotion week.
const promoDepth = 0.05

// maxCells bounds the memory of a panel; the slowest items go first.
const maxCells = 24_000_000

// Items, Stores and Weeks return the sizes of the panel, Cells the number of
// observed weeks over all series.
func (p *Panel) Items() int  { return len(p.items) }
func (p *Panel) Stores() int { return len(p.stores) }
func (p *Panel) Weeks() int  { return p.weeks }
func (p *Panel) Cells() (n int) {
	for _, u := range p.units {
		if u == u {
			n++
		}
	}
	return n
}

// Notes says in sentences what was left out of the panel and why.
func (p *Panel) Notes() []string { return p.notes }

// Label names week w: its first day, or its number when weeks have no dates.
func (p *Panel) Label(w int) string { return weekLabel(p.start, p.first, w) }

func weekLabel(start float64, first, w int) string {
	if math.IsNaN(start) {
		return fmt.Sprintf("week %d", first+w)
	}
	return table.FormatTime((start+7*float64(w))*86400, "2006-01-02")
}

func (p *Panel) note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// promo says whether a cell is a promotion week.
func promo(lp float32, flags uint8) bool {
	return flags != 0 || float64(lp) <= math.Log(1-promoDepth)+1e-6
}

// row is one usable row of the sales table.
type row struct {
	item, store int32
	week        int32
	flags       uint8
	units       float64
	paid, base  float64 // for one unit; NaN when not known
}

// NewPanel sums sales to weeks. sales holds a row per item, store and week, or
// receipt lines with a date: rows on more than one weekday are receipt lines.
// products (name, category, cost) and promotions (a calendar of start, end,
// depth, feature, display) may be nil. cols overrides the detected columns.
//
// The price of a week is money paid over units. Without a base price column
// or discounts the base is the upper quartile of the prices of 17 weeks.
// Weeks without a row are not observed in weekly data; in receipt lines they
// are zero units at the calendar's price, as long as the item was plainly on
// sale in that store. Rows that cannot be used are counted in Notes. The
// error names the missing column. O(rows + series × weeks).
func NewPanel(sales, products, promotions *table.Table, cols Columns) (*Panel, error) {
	if sales == nil || sales.Rows() == 0 {
		return nil, core.Errorf(core.Invalid, "the sales table has no rows").WithHint("choose the table of sales or receipt lines")
	}
	c := resolve(sales, cols)
	if err := need(sales, c); err != nil {
		return nil, err
	}
	p := &Panel{start: math.NaN()}
	rows, receipts, err := p.read(sales, c)
	if err != nil {
		return nil, err
	}
	rows, err = p.compact(rows)
	if err != nil {
		return nil, err
	}
	p.describe(products, cols)
	cal := p.calendar(promotions, cols)
	p.fill(rows, receipts, cal)
	return p, nil
}

func need(t *table.Table, c Columns) error {
	missing := func(what, part string) error {
		names := make([]string, len(t.Columns))
		for i, col := range t.Columns {
			names[i] = col.Name
		}
		return core.Errorf(core.Invalid, "table %q has no column that looks like the %s; it has %s", t.Name, what, strings.Join(names, ", ")).
			WithHint("name it: %s=COLUMN", part)
	}
	switch {
	case c.Item == "":
		return missing("item", "item")
	case c.Units == "":
		return missing("units sold", "units")
	case c.Date == "" && c.Week == "":
		return missing("week or date", "date")
	case c.Price == "" && c.Spend == "":
		return missing("price or money paid", "price")
	}
	return nil
}

// read turns the sales table into rows, and says whether they are receipt
// lines. It sets items, stores, weeks and start.
func (p *Panel) read(t *table.Table, c Columns) (rows []row, receipts bool, err error) {
	itemCodes, itemNames := t.Column(c.Item).Keys()
	for _, name := range itemNames {
		p.items = append(p.items, item{ID: name, Name: name})
	}
	storeCodes := make([]int32, t.Rows())
	p.stores = []string{"all"}
	if c.Store != "" {
		storeCodes, p.stores = t.Column(c.Store).Keys()
		p.stores = slices.Clone(p.stores)
	}
	week, receipts, err := p.calendarWeeks(t, c)
	if err != nil {
		return nil, false, err
	}
	col := func(name string) []float64 {
		if name == "" {
			return nil
		}
		return numbers(t.Column(name))
	}
	units, price, spend := col(c.Units), col(c.Price), col(c.Spend)
	base, discount := col(c.Base), col(c.Discount)
	feature, display, tpr := col(c.Feature), col(c.Display), col(c.TPR)

	rows = make([]row, 0, t.Rows())
	noKey, noUnits, noPrice := 0, 0, 0
	for i := range t.Rows() {
		switch {
		case itemCodes[i] < 0 || storeCodes[i] < 0 || week[i] < 0:
			noKey++
			continue
		case !(units[i] >= 0) || math.IsInf(units[i], 0) || receipts && units[i] == 0:
			noUnits++
			continue
		}
		r := row{item: itemCodes[i], store: storeCodes[i], week: week[i], units: units[i], paid: math.NaN(), base: math.NaN()}
		off := 0.0
		if discount != nil && units[i] > 0 && discount[i] > 0 {
			off = discount[i] / units[i]
		}
		switch {
		case discount != nil && price != nil: // price is before the discount
			r.base, r.paid = price[i], price[i]-off
			if spend != nil && units[i] > 0 && !(price[i] > 0) {
				r.paid = spend[i] / units[i]
				r.base = r.paid + off
			}
		case discount != nil:
			r.paid = spend[i] / units[i]
			r.base = r.paid + off
		case price != nil:
			r.paid = price[i]
		case units[i] > 0:
			r.paid = spend[i] / units[i]
		}
		if base != nil {
			r.base = base[i]
		}
		if !(r.paid > 0) || math.IsInf(r.paid, 0) {
			noPrice++
			continue
		}
		if !(r.base > 0) || math.IsInf(r.base, 0) {
			r.base = math.NaN()
		}
		set := func(flag []float64, bit uint8) {
			if flag != nil && flag[i] > 0 {
				r.flags |= bit
			}
		}
		set(feature, featured)
		set(display, displayed)
		set(tpr, reduced)
		rows = append(rows, r)
	}
	for _, n := range []struct {
		n   int
		why string
	}{{noKey, "no item, store or date"}, {noUnits, "no units, or less than none (returns)"}, {noPrice, "no price"}} {
		if n.n > 0 {
			p.note("%d of %d rows left out: %s", n.n, t.Rows(), n.why)
		}
	}
	if len(rows) == 0 {
		return nil, false, core.Errorf(core.Invalid, "table %q: none of %d rows can be used; %s", t.Name, t.Rows(), strings.Join(p.notes, "; ")).
			WithHint("repair the columns' types, or name other columns")
	}
	return rows, receipts, nil
}

// calendarWeeks gives each row its week, -1 when missing, and says whether
// rows are receipt lines.
func (p *Panel) calendarWeeks(t *table.Table, c Columns) ([]int32, bool, error) {
	week := make([]int32, t.Rows())
	d := []float64(nil)
	if c.Date != "" {
		d = days(t.Column(c.Date))
	}
	lo, hi := span(d)
	if lo > hi && c.Week != "" { // no date could be read
		return p.numberedWeeks(t, c, week)
	}
	if lo > hi {
		return nil, false, core.Errorf(core.Invalid, "table %q, column %q: no cell is a date", t.Name, c.Date).WithHint("repair its type, or name another column: date=COLUMN")
	}
	var weekdays [7]int
	for _, x := range d {
		if x == x {
			weekdays[weekday(x)]++
		}
	}
	kinds := 0
	for _, n := range weekdays {
		if n > 0 {
			kinds++
		}
	}
	receipts := kinds > 1
	first := lo
	if receipts {
		first = lo - float64(weekday(lo)) // Monday
	}
	if (hi-lo)/7 > 3000 {
		return nil, false, core.Errorf(core.Invalid, "table %q, column %q: dates from %s to %s", t.Name, c.Date, dayName(lo), dayName(hi)).
			WithHint("clip the dates that are plainly wrong")
	}
	p.start, p.weeks = first, int((hi-first)/7)+1
	for i, x := range d {
		week[i] = -1
		if x == x {
			week[i] = int32((x - first) / 7)
		}
	}
	if receipts {
		p.trimPartWeeks(d, week, weekdays, lo, hi)
	}
	return week, receipts, nil
}

// trimPartWeeks leaves out a first or last week that lacks a weekday on which
// the shop usually sells.
func (p *Panel) trimPartWeeks(d []float64, week []int32, weekdays [7]int, lo, hi float64) {
	usual := func(day int) bool { return weekdays[day]*20 > len(d)/7 }
	cutFirst, cutLast := false, false
	for day := range weekday(lo) {
		cutFirst = cutFirst || usual(day)
	}
	for day := weekday(hi) + 1; day < 7; day++ {
		cutLast = cutLast || usual(day)
	}
	if p.weeks < 8 {
		return // too short to lose a week
	}
	shift, last := int32(0), int32(p.weeks-1)
	if cutFirst {
		shift = 1
	}
	if cutLast {
		last--
	}
	for i, w := range week {
		if w < shift || w > last {
			week[i] = -1
		} else {
			week[i] = w - shift
		}
	}
	p.start += 7 * float64(shift)
	p.weeks = int(last-shift) + 1
}

// numberedWeeks reads weeks given as numbers: consecutive, or day numbers of
// which all differ by multiples of 7.
func (p *Panel) numberedWeeks(t *table.Table, c Columns, week []int32) ([]int32, bool, error) {
	x := numbers(t.Column(c.Week))
	lo, hi := span(x)
	if lo > hi {
		return nil, false, core.Errorf(core.Invalid, "table %q, column %q: no cell is a week number", t.Name, c.Week).WithHint("name another column: week=COLUMN or date=COLUMN")
	}
	step, seen := 7.0, false
	for _, v := range x {
		if v == v && v != lo {
			seen = true
			if math.Mod(v-lo, 7) != 0 {
				step = 1
				break
			}
		}
	}
	if !seen {
		step = 1
	}
	if (hi-lo)/step > 3000 {
		return nil, false, core.Errorf(core.Invalid, "table %q, column %q: weeks from %g to %g", t.Name, c.Week, lo, hi).
			WithHint("weeks must count up by one (or by 7 for days); name another column: date=COLUMN")
	}
	p.first, p.weeks = int(lo/step), int((hi-lo)/step)+1
	for i, v := range x {
		week[i] = -1
		if v == v {
			week[i] = int32((v - lo) / step)
		}
	}
	return week, false, nil
}

func span(x []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if v == v {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

// weekday is 0 for Monday. Day 0 was a Thursday.
func weekday(day float64) int { return int(math.Mod(math.Mod(day+3, 7)+7, 7)) }

func dayName(day float64) string { return table.FormatTime(day*86400, "2006-01-02") }
