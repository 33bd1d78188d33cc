package promo

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// dated is sample's model as if its weeks had dates, the first on a Monday.
func dated(t *testing.T) (*Model, time.Time) {
	m := *sample.fit(t)
	first := time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC)
	m.start = float64(first.Unix() / 86400)
	m.categories, m.members = nil, nil
	m.index()
	return &m, first.AddDate(0, 0, 7*m.weeks)
}

func TestPlanned(t *testing.T) {
	m, zero := dated(t)
	day := func(n int, layout string) string { return zero.AddDate(0, 0, n).Format(layout) }
	iso := "2006-01-02"
	price := m.base(m.itemAt["p03"])
	for _, tt := range []struct {
		name   string
		header string
		row    []string
		want   []Offer
		aside  string
	}{
		{"a week", "item,week,depth", []string{"p00", day(7, iso), "0.25"}, []Offer{{Item: "p00", Week: 1, Depth: 0.25}}, ""},
		{"percent", "Product ID,Start date,Discount", []string{"p00", day(0, iso), "25%"}, []Offer{{Item: "p00", Depth: 0.25}}, ""},
		{"twenty", "sku,from,depth", []string{"p00", day(0, iso), "20"}, []Offer{{Item: "p00", Depth: 0.2}}, ""},
		{"comma", "sku,from,depth", []string{"p00", day(0, iso), "12,5 %"}, []Offer{{Item: "p00", Depth: 0.125}}, ""},
		{"two weeks and two days", "item,from,to,depth,type", []string{"p00", day(0, iso), day(15, iso), "0.1", "Feature + display"},
			[]Offer{{Item: "p00", Depth: 0.1, Feature: true, Display: true}, {Item: "p00", Week: 1, Depth: 0.1, Feature: true, Display: true}}, ""},
		{"three days over the end of a week", "item,from,to,depth", []string{"p00", day(5, iso), day(7, iso), "0.1"}, []Offer{{Item: "p00", Depth: 0.1}}, ""},
		{"price, with a store", "item,week,price,store", []string{"p03", day(14, iso), "1.50", "s1"}, []Offer{{Item: "p03", Store: "s1", Week: 2, Depth: max(0, 1-1.5/price)}}, ""},
		{"Chinese", "商品,开始,结束,折扣,类型", []string{"p01", day(0, "2006年1月2日"), day(6, "2006/1/2"), "30%", "陈列"}, []Offer{{Item: "p01", Depth: 0.3, Display: true}}, ""},
		{"day first", "item,from,to,depth", []string{"p01", day(0, "02/01/2006"), day(6, "02/01/2006"), "0.3"}, []Offer{{Item: "p01", Depth: 0.3}}, ""},
		{"feature at full price", "item,week_number,depth,along", []string{"p01", "4", "0", "feature "}, []Offer{{Item: "p01", Week: 4, Feature: true}}, ""},
		{"unknown product", "item,week,depth", []string{"tea", day(0, iso), "0.2"}, nil, "no product"},
		{"unknown store", "item,week,depth,store", []string{"p00", day(0, iso), "0.2", "moon"}, nil, "no store"},
		{"no depth", "item,week,depth", []string{"p00", day(0, iso), "cheap"}, nil, "not a depth"},
		{"nothing", "item,week,depth", []string{"p00", day(0, iso), ""}, nil, "nothing is offered"},
		{"too deep", "item,week,depth", []string{"p00", day(0, iso), "95"}, nil, "more than 90%"},
		{"dearer", "item,week,price", []string{"p00", day(0, iso), "9"}, nil, "above the base price"},
		{"past", "item,from,to,depth", []string{"p00", day(-30, iso), day(-24, iso), "0.2"}, nil, "in the past"},
		{"far", "item,week,depth", []string{"p00", day(900, iso), "0.2"}, nil, "two years"},
		{"backwards", "item,from,to,depth", []string{"p00", day(9, iso), day(2, iso), "0.2"}, nil, "before it begins"},
		{"no date", "item,from,depth", []string{"p00", "soon", "0.2"}, nil, "not a date"},
		{"no week", "item,week_number,depth", []string{"p00", "-1", "0.2"}, nil, "counted from 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			good := make([]string, strings.Count(tt.header, ",")+1)
			offers, aside, err := m.Planned(strings.Split(tt.header, ","), []Line{{2, tt.row}, {3, good}})
			if tt.aside == "" {
				if err != nil || len(aside) > 0 || len(offers) != len(tt.want) {
					t.Fatalf("%v, %+v, %+v", err, aside, offers)
				}
				for n, o := range offers {
					if w := tt.want[n]; o.Depth-w.Depth > 1e-3 || w.Depth-o.Depth > 1e-3 || o.Item != w.Item || o.Store != w.Store || o.Week != w.Week || o.Feature != w.Feature || o.Display != w.Display {
						t.Errorf("%+v, want %+v", o, w)
					}
				}
				return
			}
			if err == nil || len(aside) != 1 || aside[0].Line != 2 || !strings.Contains(aside[0].Why, tt.aside) {
				t.Errorf("%v, %+v", err, aside)
			}
		})
	}
	offers, aside, err := m.Planned([]string{"item", "week", "depth"}, []Line{{2, []string{"p00", day(0, iso), "0.2"}}, {3, []string{"tea", day(0, iso), "0.2"}}, {4, []string{"p00", day(0, iso), "0.3"}}})
	if err != nil || !slices.Equal(offers, []Offer{{Item: "p00", Depth: 0.3}}) || len(aside) != 2 || aside[0].Line != 3 || aside[0].Cell != "tea" || aside[1].Line != 4 {
		t.Errorf("%v, %+v, %+v", err, offers, aside)
	}
	for _, header := range []string{"item,depth", "week,depth", "item,week"} {
		if _, _, err := m.Planned(strings.Split(header, ","), nil); err == nil || !strings.Contains(err.Error(), "no column") {
			t.Errorf("%s: %v", header, err)
		}
	}
}
