package recommend

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

func itoa(i int) string { return strconv.Itoa(i) }

// NewLog reads the events of t, one a row. Columns that cols leaves "" are
// detected by name. Rows without a customer, an item or, where there is a
// column of times, a time are left out; what was left out or assumed is in
// Notes. Without times the order is that of the column of baskets, if it holds
// numbers, and else that of the rows.
//
// O(rows log rows); some 60 bytes a row on the way.
func NewLog(t *table.Table, cols Columns) (*Log, error) {
	cols, err := Resolve(t, cols)
	if err != nil {
		return nil, err
	}
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }

	customer, customers := t.Column(cols.Customer).Keys()
	item, items := t.Column(cols.Item).Keys()
	times, err := seconds(t.Column(cols.Time))
	if err != nil {
		return nil, err
	}
	use := make([]int32, 0, len(item))
	var nobody, nothing, never int
	for i := range item {
		switch {
		case customer[i] < 0:
			nobody++
		case item[i] < 0:
			nothing++
		case times != nil && math.IsNaN(times[i]):
			never++
		default:
			use = append(use, int32(i))
		}
	}
	if never == len(item)-nobody-nothing && never > 0 {
		note("no time could be read in column %q: the order of the rows counts", cols.Time)
		times, use = nil, use[:0]
		for i := range item {
			if customer[i] >= 0 && item[i] >= 0 {
				use = append(use, int32(i))
			}
		}
		never = 0
	}
	for _, x := range []struct {
		n    int
		what string
	}{{nobody, "customer"}, {nothing, "item"}, {never, "time"}} {
		if x.n > 0 {
			note("%d rows without %s were left out", x.n, x.what)
		}
	}
	rows := rawRows{customer: make([]int32, len(use)), item: make([]int32, len(use))}
	customers = pack(rows.customer, use, customer, customers)
	items = pack(rows.item, use, item, items)
	if times != nil {
		rows.time = take(times, use)
		same := true
		for _, x := range rows.time {
			same = same && x == rows.time[0]
		}
		if same && len(use) > 0 {
			note("all times are equal: the order of the rows counts")
			rows.time = nil
		}
	}
	if b := t.Column(cols.Basket); b != nil {
		if b.Kind == table.Text {
			code, _ := b.Keys()
			rows.named = true
			for k, i := range use {
				if code[i] < 0 { // of its own
					rows.basket = append(rows.basket, -1-int64(k))
				} else {
					rows.basket = append(rows.basket, int64(code[i]))
				}
			}
			if rows.time == nil {
				rows.byAppearance()
			}
		} else {
			for k, i := range use {
				x := b.Num[i]
				if math.IsNaN(x) {
					x = -1 - float64(k)
				}
				rows.basket = append(rows.basket, int64(x))
			}
			rows.named = rows.time != nil
		}
	} else if rows.time == nil {
		rows.basket = make([]int64, len(use))
		for k := range use {
			rows.basket[k] = int64(k)
		}
	}
	if rows.time == nil && cols.Basket == "" {
		note("there are no times: the order of the rows counts, and each row is a visit of its own")
	} else if rows.time == nil {
		note("there are no times: the order of the baskets counts")
	}
	// few returns small numbers of a column's values and their names, the last
	// of which, "", is for missing ones; nil where there is one value only.
	few := func(name, what string) (codes []uint8, names []string) {
		c := t.Column(name)
		if c == nil {
			return nil, nil
		}
		code, names := c.Keys()
		if len(names) > 250 {
			note("column %q has %d values, too many %s", name, len(names), what)
			return nil, nil
		}
		if len(names) < 2 {
			return nil, nil
		}
		codes = make([]uint8, len(use))
		for k, i := range use {
			codes[k] = uint8(len(names))
			if code[i] >= 0 {
				codes[k] = uint8(code[i])
			}
		}
		return codes, append(names[:len(names):len(names)], "")
	}
	var actions, channels []string
	rows.action, actions = few(cols.Action, "for actions: it was not used")
	rows.channel, channels = few(cols.Channel, "for channels: it was not used")
	if c := t.Column(cols.Price); c != nil {
		num := numbers(c)
		rows.price = make([]float32, len(use))
		for k, i := range use {
			rows.price[k] = float32(num[i])
		}
	}
	if c := t.Column(cols.Discount); c != nil {
		if rows.discount = discounts(c, use); rows.discount == nil {
			note("no number, yes or no could be read in column %q, named for discounts: it was not used", cols.Discount)
		}
	}
	l := rows.log(customers, items)
	l.Actions, l.Channels, l.Notes = actions, channels, notes
	if c := t.Column(cols.Category); c != nil {
		code, names := c.Keys()
		l.Categories, l.Category = names, make([]int32, len(items))
		for i := range l.Category {
			l.Category[i] = -1
		}
		for k, i := range use { // the first that is known
			if at := &l.Category[rows.item[k]]; *at < 0 {
				*at = code[i]
			}
		}
	}
	return l, l.check()
}

// byAppearance numbers the baskets of a file without times in the order in
// which they appear.
func (r *rawRows) byAppearance() {
	number := map[int64]int64{}
	for i, b := range r.basket {
		n, ok := number[b]
		if !ok {
			n = int64(len(number))
			number[b] = n
		}
		r.basket[i] = n
	}
	r.named = false
}

// pack sets to to the codes of rows use, renumbered so that only names that
// occur are kept, in their order. Names are shared when all occur.
func pack(to, use, code []int32, names []string) []string {
	at := make([]int32, len(names))
	for _, i := range use {
		at[code[i]] = 1
	}
	n := int32(0)
	for c, seen := range at {
		at[c] = n
		n += seen
	}
	for k, i := range use {
		to[k] = at[code[i]]
	}
	if int(n) == len(names) {
		return names
	}
	kept := make([]string, 0, n)
	for c, name := range names {
		next := n
		if c+1 < len(at) {
			next = at[c+1]
		}
		if next > at[c] {
			kept = append(kept, name)
		}
	}
	return kept
}

func take(x []float64, use []int32) []float64 {
	out := make([]float64, len(use))
	for k, i := range use {
		out[k] = x[i]
	}
	return out
}

// numbers returns the cells as numbers, NaN for what is none.
func numbers(c *table.Column) []float64 {
	if c.Kind != table.Text {
		return c.Num
	}
	return c.ByLevel(func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(x, 0) {
			return math.NaN()
		}
		return x
	})
}

// discounts returns a column's numbers in rows use; "15 %" is one, and yes and
// no are 1 and 0. nil when there are none.
func discounts(c *table.Column, use []int32) []float32 {
	num := c.Num
	if c.Kind == table.Text {
		num = c.ByLevel(func(s string) float64 {
			switch s = strings.ToLower(strings.TrimSpace(s)); s {
			case "yes", "true", "y", "是":
				return 1
			case "no", "false", "n", "否":
				return 0
			}
			x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
			if err != nil || math.IsInf(x, 0) {
				return math.NaN()
			}
			return x
		})
	}
	out, some := make([]float32, len(use)), false
	for k, i := range use {
		out[k] = float32(num[i])
		some = some || num[i] == num[i]
	}
	if !some {
		return nil
	}
	return out
}

// seconds returns the times of a column; numbers count as they are. nil for no
// column.
func seconds(c *table.Column) ([]float64, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.Kind == table.Text:
		return nil, core.Errorf(core.Invalid, "column %q, named for time, holds text such as %q", c.Name, first(c.Levels)).
			WithHint("name a column of dates or numbers, or --map time=- to go by the order of the rows")
	}
	return c.Num, nil
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
