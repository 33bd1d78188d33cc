package promo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// role is one part a column can play: how to reach it in Columns and the
// names it goes by, most telling first. Names are compared in lower case
// without anything but letters and digits.
type role struct {
	name  string
	field func(*Columns) *string
	names []string
}

var roles = []role{
	{"item", func(c *Columns) *string { return &c.Item }, []string{"productid", "itemid", "upcid", "skuid", "articleid", "stockcode", "upc", "sku", "ean", "gtin", "item", "product", "article", "itemcode", "productcode", "商品编号", "商品id"}},
	{"store", func(c *Columns) *string { return &c.Store }, []string{"storeid", "shopid", "outletid", "storecode", "storenum", "store", "shop", "outlet", "branch", "location", "门店", "门店编号"}},
	{"date", func(c *Columns) *string { return &c.Date }, []string{"weekenddate", "weekendingdate", "weekstartdate", "weekdate", "date", "day", "transactiondate", "salesdate", "invoicedate", "orderdate", "timestamp", "time", "日期"}},
	{"week", func(c *Columns) *string { return &c.Week }, []string{"week", "weekid", "weekno", "weeknum", "weeknumber", "yearweek", "周"}},
	{"units", func(c *Columns) *string { return &c.Units }, []string{"units", "unitsales", "unitssold", "quantity", "qty", "volume", "count", "move", "数量", "销量"}},
	{"base", func(c *Columns) *string { return &c.Base }, []string{"baseprice", "regularprice", "listprice", "fullprice", "normalprice", "shelfprice", "原价"}},
	{"price", func(c *Columns) *string { return &c.Price }, []string{"unitprice", "price", "sellingprice", "saleprice", "netprice", "paidprice", "单价", "价格"}},
	{"spend", func(c *Columns) *string { return &c.Spend }, []string{"spend", "amount", "sales", "revenue", "salesvalue", "turnover", "dollars", "netsales", "total", "金额", "销售额"}},
	{"discount", func(c *Columns) *string { return &c.Discount }, []string{"discount", "moneyoff", "discountamount", "markdown", "折扣"}},
	{"feature", func(c *Columns) *string { return &c.Feature }, []string{"feature", "featured", "onfeature", "flyer", "leaflet", "mailer", "feat", "海报"}},
	{"display", func(c *Columns) *string { return &c.Display }, []string{"display", "displayed", "ondisplay", "disp", "陈列"}},
	{"tpr", func(c *Columns) *string { return &c.TPR }, []string{"tpronly", "tpr", "pricereduction"}},
	{"name", func(c *Columns) *string { return &c.Name }, []string{"name", "description", "productname", "itemname", "title", "商品名称", "名称"}},
	{"category", func(c *Columns) *string { return &c.Category }, []string{"category", "categoryname", "productcategory", "commodity", "commoditydesc", "group", "department", "品类", "类别"}},
	{"cost", func(c *Columns) *string { return &c.Cost }, []string{"cost", "unitcost", "purchaseprice", "cogs", "成本"}},
	{"start", func(c *Columns) *string { return &c.Start }, []string{"startdate", "start", "datefrom", "from", "begin", "begindate", "开始日期"}},
	{"end", func(c *Columns) *string { return &c.End }, []string{"enddate", "end", "dateto", "to", "until", "finish", "结束日期"}},
	{"depth", func(c *Columns) *string { return &c.Depth }, []string{"depth", "discountdepth", "discountfraction", "discountpercent", "discountpct", "percentoff", "折扣率"}},
}

// DetectColumns guesses the part each column plays from its name; parts that
// no name fits stay "". A column plays one part. Names are compared in lower
// case, letters and digits only, so "UPC_ID" and "upcId" are the same.
func DetectColumns(fields []table.Field) Columns {
	var cols Columns
	taken := map[string]bool{}
	for _, r := range roles {
		for _, want := range r.names {
			i := slices.IndexFunc(fields, func(f table.Field) bool { return !taken[f.Name] && table.PlainName(f.Name) == want })
			if i >= 0 {
				*r.field(&cols) = fields[i].Name
				taken[fields[i].Name] = true
				break
			}
		}
	}
	return cols
}

// Set names the column of one role ("item", "store", "date", "week", "units",
// "price", "base", "spend", "discount", "feature", "display", "tpr", "name",
// "category", "cost", "start", "end", "depth"). Any other role is an error
// that lists them.
func (c *Columns) Set(part, column string) error {
	var all []string
	for _, r := range roles {
		if r.name == part {
			*r.field(c) = column
			return nil
		}
		all = append(all, r.name)
	}
	return core.Errorf(core.Invalid, "%q is not a role of a promotion panel", part).
		WithHint("use one of %s", strings.Join(all, ", "))
}

// resolve returns the columns of t: detected, then overridden by those of cols
// that t has.
func resolve(t *table.Table, cols Columns) Columns {
	out := DetectColumns(t.Schema())
	for _, r := range roles {
		name := *r.field(&cols)
		if name == "" || t.Column(name) == nil {
			continue
		}
		for _, other := range roles {
			if f := other.field(&out); *f == name {
				*f = ""
			}
		}
		*r.field(&out) = name
	}
	return out
}

// numbers returns the cells as numbers; text is read level by level, with
// "true", "yes" and "y" as 1. What cannot be read is NaN. nil stays nil.
func numbers(c *table.Column) []float64 {
	if c == nil {
		return nil
	}
	if c.Kind != table.Text {
		return c.Num
	}
	return c.ByLevel(func(s string) float64 {
		s = strings.TrimSpace(s)
		percent := strings.HasSuffix(s, "%")
		x, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
		switch {
		case err == nil && percent:
			return x / 100
		case err == nil && !math.IsInf(x, 0):
			return x
		}
		switch strings.ToLower(s) {
		case "true", "yes", "y", "t":
			return 1
		case "false", "no", "n", "f":
			return 0
		}
		return math.NaN()
	})
}

var layouts = []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006/01/02", "02/01/2006", "02.01.2006", "Jan 2 2006", "2 Jan 2006", "20060102"}

// days returns days since 1970-01-01, NaN for what is no date. Text is read
// level by level; 05/03/2024 is read day first.
func days(c *table.Column) []float64 {
	if c == nil {
		return nil
	}
	day := func(seconds float64) float64 { return math.Floor(seconds / 86400) }
	switch c.Kind {
	case table.Text:
		return c.ByLevel(func(s string) float64 {
			s = strings.TrimSpace(s)
			for _, layout := range layouts {
				if t, err := time.Parse(layout, s); err == nil {
					return day(float64(t.Unix()))
				}
			}
			return math.NaN()
		})
	case table.Time:
		out := make([]float64, len(c.Num))
		for i, x := range c.Num {
			out[i] = day(x)
		}
		return out
	}
	// A number such as 20240305.
	out := make([]float64, len(c.Num))
	for i, x := range c.Num {
		out[i] = math.NaN()
		if x >= 19000101 && x < 22000101 {
			if t, err := time.Parse("20060102", strconv.Itoa(int(x))); err == nil {
				out[i] = day(float64(t.Unix()))
			}
		}
	}
	return out
}
