package simulate

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Columns names the columns of the transactions, products and promotions by
// the part they play; "" is recognised by its name.
type Columns struct {
	Customer string `json:"customer,omitempty"`
	Item     string `json:"item,omitempty"` // in all three tables
	Date     string `json:"date,omitempty"`
	Quantity string `json:"quantity,omitempty"`
	Price    string `json:"price,omitempty"`    // of one unit, before the discount
	Usual    string `json:"usual,omitempty"`    // of one unit without promotion, in weekly sales
	Discount string `json:"discount,omitempty"` // money off the line
	Receipt  string `json:"receipt,omitempty"`
	Store    string `json:"store,omitempty"`

	Category string `json:"category,omitempty"`

	Start   string `json:"start,omitempty"` // first and last day of a promotion
	End     string `json:"end,omitempty"`
	Depth   string `json:"depth,omitempty"` // fraction off
	Feature string `json:"feature,omitempty"`
	Display string `json:"display,omitempty"`
}

type role struct {
	name  string
	field func(*Columns) *string
	names string // in lower case without anything but letters and digits, most telling first
}

var roles = []role{
	{"customer", func(c *Columns) *string { return &c.Customer }, "customerid customer householdkey household userid user memberid cardid cardno 客户 客户编号 会员编号"},
	{"item", func(c *Columns) *string { return &c.Item }, "productid itemid skuid articleid upcid stockcode upcid upc sku item product article itemcode 商品编号 商品"},
	{"date", func(c *Columns) *string { return &c.Date }, "weekenddate weekstartdate weekdate date day transactiondate invoicedate orderdate timestamp time 日期"},
	{"quantity", func(c *Columns) *string { return &c.Quantity }, "quantity qty units amountofunits count 数量"},
	{"price", func(c *Columns) *string { return &c.Price }, "unitprice price sellingprice saleprice 单价 价格"},
	{"usual", func(c *Columns) *string { return &c.Usual }, "baseprice regularprice listprice fullprice shelfprice 原价"},
	{"discount", func(c *Columns) *string { return &c.Discount }, "discount moneyoff discountamount markdown 折扣"},
	{"receipt", func(c *Columns) *string { return &c.Receipt }, "receiptid receipt basketid basket orderid invoiceno invoice transactionid 小票"},
	{"store", func(c *Columns) *string { return &c.Store }, "store storeid shop shopid outlet branch 门店"},
	{"category", func(c *Columns) *string { return &c.Category }, "category categoryname productcategory commodity group subclass department 品类 类别"},
	{"start", func(c *Columns) *string { return &c.Start }, "startdate start datefrom from begin 开始日期"},
	{"end", func(c *Columns) *string { return &c.End }, "enddate end dateto to until 结束日期"},
	{"depth", func(c *Columns) *string { return &c.Depth }, "depth discountdepth discountfraction discountpercent percentoff 折扣率"},
	{"feature", func(c *Columns) *string { return &c.Feature }, "feature featured flyer leaflet mailer 海报"},
	{"display", func(c *Columns) *string { return &c.Display }, "display displayed ondisplay 陈列"},
}

// resolve returns the columns of t: those of cols that t has, then those that
// are recognised.
func resolve(t *table.Table, cols Columns) (out Columns) {
	for _, r := range roles {
		if name := *r.field(&cols); name != "" && t.Column(name) != nil {
			*r.field(&out) = name
			continue
		}
		for _, want := range strings.Fields(r.names) {
			if i := slices.IndexFunc(t.Columns, func(c *table.Column) bool { return table.PlainName(c.Name) == want }); i >= 0 {
				*r.field(&out) = t.Columns[i].Name
				break
			}
		}
	}
	return out
}

// HasCustomers says whether a table of sales names customers: then it is for
// [NewHistory], otherwise for [NewSales].
func HasCustomers(sales *table.Table, cols Columns) bool {
	return sales == nil || resolve(sales, cols).Customer != ""
}

// need returns an error that names the first of the roles that t lacks.
func (c *Columns) need(t *table.Table, names ...string) error {
	for _, name := range names {
		r := roles[slices.IndexFunc(roles, func(r role) bool { return r.name == name })]
		if *r.field(c) == "" {
			var have []string
			for _, col := range t.Columns {
				have = append(have, col.Name)
			}
			return core.Errorf(core.Invalid, "table %q has no column that looks like the %s; it has %s", t.Name, name, strings.Join(have, ", ")).
				WithHint("name it: %s=COLUMN", name)
		}
	}
	return nil
}

// column returns the column of that name; nil for "".
func column(t *table.Table, name string) *table.Column {
	if name == "" {
		return nil
	}
	return t.Column(name)
}

// numbers returns the cells as numbers, text level by level; NaN is what
// cannot be read. nil stays nil.
func numbers(c *table.Column) []float64 {
	if c == nil {
		return nil
	}
	if c.Kind != table.Text {
		return c.Num
	}
	return c.ByLevel(func(s string) float64 {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "true", "yes", "y":
			return 1
		case "false", "no", "n":
			return 0
		}
		x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || math.IsInf(x, 0) {
			return math.NaN()
		}
		return x
	})
}

var layouts = []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006/01/02", "02/01/2006", "02.01.2006", "Jan 2 2006", "20060102"}

// days returns days since 1970-01-01, NaN for what is no date.
func days(c *table.Column) []float64 {
	switch c.Kind {
	case table.Text:
		return c.ByLevel(func(s string) float64 {
			for _, layout := range layouts {
				if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
					return math.Floor(float64(t.Unix()) / 86400)
				}
			}
			return math.NaN()
		})
	case table.Time:
		out := make([]float64, len(c.Num))
		for i, x := range c.Num {
			out[i] = math.Floor(x / 86400)
		}
		return out
	}
	return slices.Repeat([]float64{math.NaN()}, len(c.Num))
}

// weekday is 0 for Monday. Day 0 was a Thursday.
func weekday(day float64) int { return int(math.Mod(math.Mod(day+3, 7)+7, 7)) }
