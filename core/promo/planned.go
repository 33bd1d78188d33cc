package promo

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Line is one row of a file of planned promotions.
type Line struct {
	Number int64 // in the file, from 1
	Cells  []string
}

// Aside is a row, or a part of one, that was not taken.
type Aside struct {
	Line   int64  `json:"line"`
	Column string `json:"column,omitempty"` // "" is about the row
	Cell   string `json:"cell,omitempty"`
	Why    string `json:"why"` // a sentence in English, with the way out
}

// plannedColumns are the parts that columns of a planned calendar play, and
// names they go by, in lower case without anything but letters and digits.
var plannedColumns = []struct {
	part  string
	names []string
}{
	{"item", []string{"item", "itemid", "product", "productid", "productcode", "sku", "upc", "ean", "gtin", "article", "articleid", "商品", "商品编号", "商品id", "产品"}},
	{"name", []string{"name", "productname", "itemname", "description", "商品名称", "名称", "品名"}},
	{"store", []string{"store", "storeid", "shop", "outlet", "branch", "门店", "门店编号"}},
	{"number", []string{"weeknumber", "weekno", "planweek", "周序号"}},
	{"from", []string{"from", "start", "startdate", "datefrom", "begin", "begindate", "week", "weekstart", "date", "开始", "开始日期", "起始日期", "周", "日期"}},
	{"to", []string{"to", "end", "enddate", "dateto", "until", "finish", "结束", "结束日期", "截止日期"}},
	{"depth", []string{"depth", "discount", "discountpercent", "discountpct", "percentoff", "off", "折扣", "折扣率", "降幅"}},
	{"price", []string{"price", "promoprice", "offerprice", "saleprice", "dealprice", "促销价", "价格"}},
	{"along", []string{"along", "type", "promotype", "promotiontype", "mechanic", "kind", "类型", "方式", "促销类型"}},
}

// Planned reads a calendar of planned promotions: an item (its identifier, or
// a name that only one has), a week or first and last days, a depth (.2, 20 or
// 20 %) or a price, and what goes along (feature, display), by columns that are
// found by their names. It is what a saved calendar holds, too. A week counts
// where the promotion runs on four of its days at least, or on most of its
// days if it has fewer. Of two offers for the same item, store and week the
// later row holds.
//
// Rows that make no sense are set aside with line, cell and reason; it is an
// error if a column is missing or no row is left.
func (m *Model) Planned(header []string, lines []Line) ([]Offer, []Aside, error) {
	at := map[string]int{}
	for _, c := range plannedColumns {
		at[c.part] = -1
		for _, want := range c.names {
			if i := slices.IndexFunc(header, func(h string) bool { return table.PlainName(h) == want }); i >= 0 && !slices.Contains(mapValues(at), i) {
				at[c.part] = i
				break
			}
		}
	}
	missing := ""
	switch {
	case at["item"] < 0 && at["name"] < 0:
		missing = "says the product: item, product_id or name"
	case at["from"] < 0 && at["number"] < 0:
		missing = "says when: week, or from and to"
	case at["depth"] < 0 && at["price"] < 0 && at["along"] < 0:
		missing = "says what is offered: depth, price or type"
	}
	if missing != "" {
		return nil, nil, core.Errorf(core.Invalid, "no column %s; there are %s", missing, strings.Join(header, ", ")).
			WithHint("name the columns item, from, to, depth or price, and type, as a saved calendar does")
	}
	r := &plannedReader{m: m, header: header, at: at, names: map[string][]int{}}
	for i, it := range m.items {
		key := strings.ToLower(strings.TrimSpace(it.Name))
		r.names[key] = append(r.names[key], i)
	}
	r.dayFirst = at["from"] < 0 || !slices.ContainsFunc(lines, func(l Line) bool {
		p := strings.Split(r.cell(l, "from"), "/")
		if len(p) < 2 {
			return false
		}
		second, err := strconv.Atoi(p[1])
		return err == nil && len(p[0]) <= 2 && second > 12
	})
	place := map[string]int{}
	for _, l := range lines {
		for _, o := range r.line(l) {
			key := fmt.Sprintf("%s\x00%s\x00%d", o.Item, o.Store, o.Week)
			if n, ok := place[key]; ok {
				if r.offers[n] != o {
					r.aside = append(r.aside, Aside{l.Number, "", "", fmt.Sprintf("%s has another offer in week %s further up: this one holds.", o.Item, m.label(o.Week))})
				}
				r.offers[n] = o
				continue
			}
			place[key] = len(r.offers)
			r.offers = append(r.offers, o)
		}
	}
	if len(r.offers) == 0 {
		why := "the file has no rows"
		if len(r.aside) > 0 {
			why = fmt.Sprintf("line %d: %s", r.aside[0].Line, r.aside[0].Why)
		}
		return nil, r.aside, core.Errorf(core.Invalid, "none of %d rows is a promotion that can be planned; %s", len(lines), why).
			WithHint("weeks to plan begin at %s", m.label(0))
	}
	return r.offers, r.aside, nil
}

func mapValues(of map[string]int) (all []int) {
	for _, v := range of {
		all = append(all, v)
	}
	return all
}

type plannedReader struct {
	m        *Model
	header   []string
	at       map[string]int
	names    map[string][]int
	dayFirst bool
	offers   []Offer
	aside    []Aside
}

func (r *plannedReader) cell(l Line, part string) string {
	if i := r.at[part]; i >= 0 && i < len(l.Cells) {
		return strings.TrimSpace(l.Cells[i])
	}
	return ""
}

func (r *plannedReader) leave(l Line, part, why string, args ...any) []Offer {
	column := ""
	if i := r.at[part]; i >= 0 {
		column = r.header[i]
	}
	r.aside = append(r.aside, Aside{l.Number, column, r.cell(l, part), fmt.Sprintf(why, args...)})
	return nil
}

// line returns the offers of one row; none when it is set aside.
func (r *plannedReader) line(l Line) []Offer {
	if !slices.ContainsFunc(l.Cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return nil
	}
	i, part := r.item(l)
	if i < 0 {
		if r.several(l) {
			return r.leave(l, part, "several products are called that; write its number.")
		}
		return r.leave(l, part, "no product of the history is called that; check its number.")
	}
	o := Offer{Item: r.m.items[i].ID, Store: r.cell(l, "store")}
	if o.Store != "" {
		switch strings.ToLower(o.Store) {
		case "all", "*", "全部", "所有门店":
			o.Store = ""
		default:
			if _, ok := r.m.storeAt[o.Store]; !ok {
				return r.leave(l, "store", "no store of the history is called that; leave it empty for all stores.")
			}
		}
	}
	if why := r.what(l, i, &o); why != "" {
		part := "depth"
		if r.cell(l, "depth") == "" {
			part = "price"
		}
		return r.leave(l, part, "%s", why)
	}
	weeks, part, why := r.weeks(l)
	if why != "" {
		return r.leave(l, part, "%s", why)
	}
	var out []Offer
	for _, w := range weeks {
		o.Week = w
		out = append(out, o)
	}
	return out
}

func (r *plannedReader) item(l Line) (int, string) {
	m := r.m
	id := r.cell(l, "item")
	if i, ok := m.itemAt[id]; ok && m.firstSeries[i] < m.firstSeries[i+1] {
		return i, ""
	}
	// Spreadsheets write long numbers as 1.11E+09 or 1111009477.0.
	if x, err := strconv.ParseFloat(id, 64); err == nil && x == math.Trunc(x) && math.Abs(x) < 1e15 {
		if i, ok := m.itemAt[strconv.FormatInt(int64(x), 10)]; ok {
			return i, ""
		}
	}
	for _, part := range []string{"item", "name"} {
		if found := r.names[strings.ToLower(r.cell(l, part))]; r.cell(l, part) != "" && len(found) == 1 {
			return found[0], ""
		}
	}
	if id == "" {
		return -1, "name"
	}
	return -1, "item"
}

// several says whether a name is that of more than one product.
func (r *plannedReader) several(l Line) bool {
	return len(r.names[strings.ToLower(r.cell(l, "item"))]) > 1 || len(r.names[strings.ToLower(r.cell(l, "name"))]) > 1
}

// what reads depth, price and what goes along; it returns why it cannot.
func (r *plannedReader) what(l Line, i int, o *Offer) string {
	for _, word := range strings.FieldsFunc(strings.ToLower(r.cell(l, "along")), func(c rune) bool { return strings.ContainsRune(" ,;+/&|", c) }) {
		switch word {
		case "feature", "featured", "flyer", "leaflet", "mailer", "f", "海报", "广告":
			o.Feature = true
		case "display", "displayed", "d", "陈列", "堆头":
			o.Display = true
		}
	}
	number := func(s string) (float64, bool) {
		s = strings.TrimLeft(strings.TrimRight(s, "% "), "-$€£¥ ")
		if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
			s = strings.Replace(s, ",", ".", 1)
		}
		x, err := strconv.ParseFloat(s, 64)
		return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
	}
	depth, price := r.cell(l, "depth"), r.cell(l, "price")
	switch {
	case depth != "":
		x, ok := number(depth)
		if !ok {
			return "that is not a depth; write 0.2 or 20%."
		}
		if strings.HasSuffix(depth, "%") || x > 1 {
			x /= 100
		}
		o.Depth = x
	case price != "":
		x, ok := number(price)
		base := r.m.base(i)
		if !ok || x <= 0 {
			return "that is not a price."
		}
		if x > base*1.005 {
			return fmt.Sprintf("the price lies above the base price, %.2f.", base)
		}
		o.Depth = max(0, 1-x/base)
	}
	o.Depth = math.Round(o.Depth*1e4) / 1e4
	if o.Depth > 0.9 {
		return "that is more than 90% off; a depth is a fraction off the base price."
	}
	if o.Depth == 0 && !o.Feature && !o.Display {
		return "nothing is offered: no depth, no feature and no display."
	}
	return ""
}

const planWeeks = 104

// weeks reads when: weeks of the plan, or which column does not make sense and why.
func (r *plannedReader) weeks(l Line) (weeks []int, part, why string) {
	m := r.m
	if n := r.cell(l, "number"); n != "" {
		w, err := strconv.ParseFloat(n, 64)
		if err != nil || w != math.Trunc(w) || w < 0 || w >= planWeeks {
			return nil, "number", "plan weeks are counted from 0 to 103."
		}
		return []int{int(w)}, "", ""
	}
	from := r.cell(l, "from")
	for w := range planWeeks {
		if m.label(w) == from && r.cell(l, "to") == "" {
			return []int{w}, "", ""
		}
	}
	if math.IsNaN(m.start) {
		return nil, "from", fmt.Sprintf("the history counts its weeks; write %s and so on.", m.label(0))
	}
	first, ok := r.day(from)
	if !ok {
		return nil, "from", "that is not a date; write 2024-03-31."
	}
	last := first + 6
	if to := r.cell(l, "to"); to != "" {
		if last, ok = r.day(to); !ok {
			return nil, "to", "that is not a date; write 2024-03-31."
		}
	}
	if last < first {
		return nil, "to", "the promotion ends before it begins."
	}
	zero := m.start + 7*float64(m.weeks)
	if last < zero {
		return nil, "from", fmt.Sprintf("it lies in the past; weeks to plan begin at %s.", m.label(0))
	}
	if first >= zero+7*planWeeks {
		return nil, "from", "it lies more than two years ahead."
	}
	best, most := -1, 0.0
	for w := range planWeeks {
		lo := zero + 7*float64(w)
		days := min(last, lo+6) - max(first, lo) + 1
		if days >= 4 {
			weeks = append(weeks, w)
		}
		if days > most {
			best, most = w, days
		}
	}
	if len(weeks) == 0 {
		weeks = []int{best}
	}
	return weeks, "", ""
}

// day reads a date as a day number.
func (r *plannedReader) day(s string) (float64, bool) {
	if i := strings.IndexAny(s, " T"); i > 0 {
		s = s[:i]
	}
	slashed := []string{"1/2/2006", "2/1/2006"}
	if r.dayFirst {
		slashed[0], slashed[1] = slashed[1], slashed[0]
	}
	for _, layout := range append([]string{"2006-1-2", "2006/1/2", "2.1.2006", "20060102", "2006年1月2日"}, slashed...) {
		if t, err := time.Parse(layout, s); err == nil {
			return math.Floor(float64(t.Unix()) / 86400), true
		}
	}
	return 0, false
}
