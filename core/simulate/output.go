package simulate

import (
	"fmt"
	"math"

	"shoptwin/core/table"
)

// Tables writes h as receipt lines, in the form that [NewHistory] reads, and as
// a log of behaviour: a visit, then a purchase for each line, with what was
// offered. Customers who never bought are in neither. Names of customers and
// receipts begin with V, for virtual. Rows are in the order of customers.
func (h *History) Tables() (transactions, log *table.Table) {
	var receipt, store, who, product []int32
	var date, quantity, price, off, amount []float64
	events := &eventColumns{}
	first := h.start * 86400
	for p := range h.people {
		last := int32(-1)
		for _, l := range h.people[p].lines {
			it, o := &h.items[l.item], h.offers[int(l.item)*h.weeks+int(l.week)]
			day := first + 86400*float64(7*int(l.week)+int(l.day))
			q := float64(l.quantity)
			cut := math.Round(q*it.price*-math.Expm1(-o.off)*100) / 100
			receipt, store, who, product = append(receipt, l.receipt), append(store, int32(l.store)), append(who, int32(p)), append(product, l.item)
			date, quantity, price = append(date, day), append(quantity, q), append(price, it.price)
			off, amount = append(off, cut), append(amount, math.Round((q*it.price-cut)*100)/100)
			if l.receipt != last {
				events.add(day, int32(p), l.receipt, 0, -1, math.NaN(), math.NaN(), offer{})
				last = l.receipt
			}
			events.add(day, int32(p), l.receipt, 1, l.item, q, (q*it.price-cut)/q, o)
		}
	}
	ids := make([]string, len(h.items))
	for i, it := range h.items {
		ids[i] = it.id
	}
	customers := numbered("V", len(h.people))
	most := int32(0)
	for _, r := range receipt {
		most = max(most, r+1)
	}
	receipts := numbered("VR", int(most))
	text := func(name string, codes []int32, levels []string) *table.Column {
		return &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: codes, Levels: levels}
	}
	transactions = &table.Table{Name: "transactions", Columns: []*table.Column{
		text("receipt_id", receipt, receipts), table.NewTime("date", "2006-01-02", date), text("store", store, h.stores),
		text("customer_id", who, customers), text("product_id", product, ids),
		decimals("quantity", 0, quantity), decimals("unit_price", 2, price), decimals("discount", 2, off), decimals("amount", 2, amount),
	}}
	log = &table.Table{Name: "behaviour", Columns: []*table.Column{
		table.NewTime("date", "2006-01-02", events.day), text("customer_id", events.who, customers), text("session_id", events.receipt, receipts),
		text("action", events.action, []string{"visit", "purchase"}), text("product_id", events.item, ids),
		decimals("quantity", 0, events.quantity), decimals("price", 2, events.price), decimals("depth", 2, events.depth),
		decimals("feature", 0, events.feature), decimals("display", 0, events.display),
	}}
	return transactions, log
}

type eventColumns struct {
	who, receipt, action, item                    []int32
	day, quantity, price, depth, feature, display []float64
}

func (e *eventColumns) add(day float64, who, receipt, action, item int32, quantity, price float64, o offer) {
	e.day, e.who, e.receipt = append(e.day, day), append(e.who, who), append(e.receipt, receipt)
	e.action, e.item = append(e.action, action), append(e.item, item)
	e.quantity, e.price = append(e.quantity, quantity), append(e.price, math.Round(price*100)/100)
	e.depth = append(e.depth, math.Round(-math.Expm1(-o.off)*1000)/1000)
	e.feature, e.display = append(e.feature, b2f(o.feature)), append(e.display, b2f(o.display))
}

func decimals(name string, n int, x []float64) *table.Column {
	c := table.NewNumber(name, x)
	c.Decimals = n
	return c
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%06d", prefix, i+1)
	}
	return out
}

// Summary is what a history comes to.
type Summary struct {
	Customers int     `json:"customers"` // who bought anything
	Visits    int     `json:"visits"`
	Lines     int     `json:"lines"`
	Units     float64 `json:"units"`
	Sales     float64 `json:"sales"`   // money paid
	Off       float64 `json:"off"`     // money given away
	Offered   float64 `json:"offered"` // units bought on promotion
	Joined    int     `json:"joined"`  // customers who bought on promotion
}

// Summary adds h up.
func (h *History) Summary() (s Summary) {
	for _, p := range h.people {
		joined, receipt := false, int32(-1)
		for _, l := range p.lines {
			o := h.offers[int(l.item)*h.weeks+int(l.week)]
			q, money := float64(l.quantity), float64(l.quantity)*h.items[l.item].price
			if l.receipt != receipt {
				receipt = l.receipt
				s.Visits++
			}
			s.Lines++
			s.Units += q
			s.Sales += money * math.Exp(-o.off)
			s.Off += money * -math.Expm1(-o.off)
			if o != (offer{}) {
				s.Offered += q
				joined = true
			}
		}
		s.Customers += int(b2f(len(p.lines) > 0))
		s.Joined += int(b2f(joined))
	}
	return s
}
