package recommend

import (
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Columns says which column plays which part; "" leaves a part out. Customer
// and Item are needed.
type Columns struct {
	Customer string `json:"customer,omitempty"`
	Item     string `json:"item,omitempty"`
	Time     string `json:"time,omitempty"`
	Basket   string `json:"basket,omitempty"` // what was bought, or looked at, together
	Action   string `json:"action,omitempty"` // such as view, cart, purchase
	Price    string `json:"price,omitempty"`
	Category string `json:"category,omitempty"`
	Discount string `json:"discount,omitempty"` // a share, an amount or yes and no; more is cheaper
	Channel  string `json:"channel,omitempty"`  // such as app, web, shop
}

// role is one part a column can play, and the names it goes by, most telling
// first, in lower case without anything but letters and digits.
type role struct {
	name  string
	field func(*Columns) *string
	names []string
}

var roles = []role{
	{"customer", func(c *Columns) *string { return &c.Customer }, []string{"customerid", "customerkey", "customerno", "customernumber", "customer", "userid", "visitorid", "memberid", "householdid", "householdkey", "clientid", "shopperid", "personid", "user", "visitor", "member", "household", "client", "shopper", "顾客编号", "客户编号", "用户编号", "用户id", "会员号", "会员编号", "顾客", "客户", "用户", "会员"}},
	{"item", func(c *Columns) *string { return &c.Item }, []string{"productid", "itemid", "skuid", "articleid", "stockcode", "productcode", "itemcode", "upc", "sku", "ean", "gtin", "asin", "movieid", "item", "product", "article", "商品编号", "商品编码", "商品id", "商品"}},
	{"basket", func(c *Columns) *string { return &c.Basket }, []string{"receiptid", "invoiceno", "invoiceid", "invoice", "orderid", "orderno", "transactionid", "basketid", "sessionid", "visitid", "receipt", "basket", "order", "session", "visit", "transaction", "订单号", "订单编号", "小票号", "会话", "会话id"}},
	{"time", func(c *Columns) *string { return &c.Time }, []string{"timestamp", "eventtime", "datetime", "time", "invoicedate", "orderdate", "transactiondate", "purchasedate", "date", "day", "createdat", "时间", "下单时间", "日期"}},
	{"action", func(c *Columns) *string { return &c.Action }, []string{"action", "eventtype", "event", "behaviortype", "behaviourtype", "behavior", "behaviour", "activity", "行为", "行为类型", "动作"}},
	{"price", func(c *Columns) *string { return &c.Price }, []string{"unitprice", "price", "sellingprice", "saleprice", "netprice", "单价", "价格"}},
	{"category", func(c *Columns) *string { return &c.Category }, []string{"category", "categoryname", "categoryid", "productcategory", "department", "commodity", "品类", "类别", "类目"}},
	{"discount", func(c *Columns) *string { return &c.Discount }, []string{"discount", "discountrate", "discountpercent", "discountpct", "discountshare", "discountamount", "markdown", "onpromotion", "onoffer", "onsale", "折扣", "折扣率", "优惠", "优惠金额", "是否促销"}},
	{"channel", func(c *Columns) *string { return &c.Channel }, []string{"channel", "saleschannel", "orderchannel", "device", "platform", "渠道", "销售渠道", "平台", "终端"}},
}

// DetectColumns guesses the part each column plays from its name; parts that
// no name fits stay "". A column plays one part. "CUSTOMER_ID" and
// "customerId" are the same.
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
	if cols.Time == "" { // the only column of times, whatever its name
		var times []string
		for _, f := range fields {
			if f.Kind == table.Time && !taken[f.Name] {
				times = append(times, f.Name)
			}
		}
		if len(times) == 1 {
			cols.Time = times[0]
		}
	}
	return cols
}

// Set names the column of one role: customer, item, time, basket, action,
// price, category, discount or channel. Any other role is an error that lists
// them.
func (c *Columns) Set(part, column string) error {
	var all []string
	for _, r := range roles {
		if r.name == part {
			*r.field(c) = column
			return nil
		}
		all = append(all, r.name)
	}
	return core.Errorf(core.Invalid, "%q is not a part of an event", part).WithHint("use one of %s", strings.Join(all, ", "))
}

// Resolve returns the columns of t: those of given, which must be there, and
// for the other parts what is detected among the rest. "-" in given leaves a
// part out.
func Resolve(t *table.Table, given Columns) (Columns, error) {
	var rest []table.Field
	named := map[string]string{}
	for _, r := range roles {
		name := *r.field(&given)
		if name == "" || name == "-" {
			continue
		}
		if t.Column(name) == nil {
			return given, core.Errorf(core.NotFound, "table %q has no column %q, named for %s", t.Name, name, r.name).
				WithHint("it has %s", strings.Join(columnNames(t), ", "))
		}
		if other, twice := named[name]; twice {
			return given, core.Errorf(core.Invalid, "column %q is named for both %s and %s", name, other, r.name).WithHint("a column plays one part")
		}
		named[name] = r.name
	}
	for _, f := range t.Schema() {
		if named[f.Name] == "" {
			rest = append(rest, f)
		}
	}
	out := DetectColumns(rest)
	for _, r := range roles {
		switch name := *r.field(&given); name {
		case "":
		case "-":
			*r.field(&out) = ""
		default:
			*r.field(&out) = name
		}
	}
	for _, r := range roles[:2] {
		if *r.field(&out) == "" {
			return out, core.Errorf(core.Invalid, "no column of table %q names the %s", t.Name, r.name).
				WithHint("name it: --map %s=COLUMN; there are %s", r.name, strings.Join(columnNames(t), ", "))
		}
	}
	return out, nil
}

func columnNames(t *table.Table) (names []string) {
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}
