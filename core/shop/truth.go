package shop

import (
	"cmp"
	"context"
	"slices"
)

// Truth is what is known about the made shop, as truth.json.
//
// All effects are of the expected weekly units of the whole chain in a week
// of average season, every other product at its base price and the cupboards
// as a long time without promotions leaves them: the short run, in the week
// of the change itself.
type Truth struct {
	Customers int           `json:"customers"`
	Weeks     int           `json:"weeks"`
	Start     string        `json:"start"`  // the first Monday, 2006-01-02
	Depths    []float64     `json:"depths"` // of ItemTruth.Lift
	Items     []ItemTruth   `json:"items"`  // by units, largest first
	Cross     []CrossTruth  `json:"cross"`
	Dip       []DipTruth    `json:"dip"`
	Season    []SeasonTruth `json:"season"`
	// Missions say which categories are bought on the same trips: those of one
	// mission are complements. Products of one category are substitutes.
	Missions []MissionTruth `json:"missions"`
	Files    []FileTruth    `json:"files"`
}

// ItemTruth is the response of one product that sells.
type ItemTruth struct {
	Product    string  `json:"product"`
	Category   string  `json:"category"`
	Units      float64 `json:"units"`      // expected units a week at base price
	Sold       float64 `json:"sold"`       // units on the receipts, all weeks
	Elasticity float64 `json:"elasticity"` // ln(units at 20 % off / units) / ln 0.8, no feature, no display
	Point      float64 `json:"point"`      // d ln units / d ln price at the base price
	Feature    float64 `json:"feature"`    // units with a feature at base price / units
	Display    float64 `json:"display"`    // units with a display at base price / units
	// Lift is units at each of Truth.Depths off, no feature, no display / units.
	Lift []float64 `json:"lift"`
	// Of the extra units of one week at 20 % off, the shares that other
	// products of the category lose in that week and that the category loses
	// in the eight weeks after; the rest is extra consumption.
	Taken  float64 `json:"taken"`
	Pulled float64 `json:"pulled"`
}

// CrossTruth is the elasticity of one product's units in another's price,
// positive for substitutes, over a cut of 20 %.
type CrossTruth struct {
	Product    string  `json:"product"` // whose units
	Price      string  `json:"price"`   // whose price
	Elasticity float64 `json:"elasticity"`
}

// DipTruth is what a category loses after one week of one of its products at
// 20 % off, as shares of the product's extra units, averaged over the
// products by their units.
type DipTruth struct {
	Category string    `json:"category"`
	Pulled   float64   `json:"pulled"` // the sum of Weeks
	Weeks    []float64 `json:"weeks"`  // one to eight weeks after
}

// SeasonTruth is a category's factor on the readiness to buy, for each of 52
// weeks counted from the first of the history; its mean is 1.
type SeasonTruth struct {
	Category string    `json:"category"`
	Factor   []float64 `json:"factor"`
}

// MissionTruth is the kind of trip on which a household is twice as ready to
// buy in the category, and less so in all others.
type MissionTruth struct {
	Category string `json:"category"`
	Mission  int    `json:"mission"`
}

// FileTruth counts the dirt of one file. Records = Valid + Duplicates +
// Missing + WrongType + Outliers + Ragged + Quotes: a bad record has one
// fault. Dates in other forms are valid records.
type FileTruth struct {
	File       string `json:"file"`
	Records    int    `json:"records"`     // lines without the header
	Valid      int    `json:"valid"`       // left once duplicates and faulty records are dropped
	Duplicates int    `json:"duplicates"`  // exact copies of an earlier valid line
	Missing    int    `json:"missing"`     // an empty cell in a column that is always filled
	WrongType  int    `json:"wrong_type"`  // words in a column of numbers or dates
	Outliers   int    `json:"outliers"`    // a number that cannot be: price x 100, quantity -3 or 999
	Ragged     int    `json:"ragged"`      // too few or too many cells
	Quotes     int    `json:"quotes"`      // a quotation mark inside a bare number or date
	OtherDates int    `json:"other_dates"` // valid, dates as 05/03/2024 (day first) or Mar 5 2024
}

// nearest is how many of an item's substitutes Truth.Cross lists.
const nearest = 3

// truth gathers what is known about s, made from m.
func (s *Shop) truth(ctx context.Context, m *market) Truth {
	t := Truth{Customers: s.Config.Customers, Weeks: s.Config.Weeks, Start: s.Config.Start.Format(dayForm), Depths: depths[:]}
	id := s.Products.Column("product_id").Levels
	for k, c := range m.cats {
		if ctx.Err() != nil {
			break
		}
		items, cross, dip := m.truth(k, id, nearest)
		t.Items, t.Cross, t.Dip = append(t.Items, items...), append(t.Cross, cross...), append(t.Dip, dip)
		t.Season = append(t.Season, SeasonTruth{c.name, c.factor[:]})
		t.Missions = append(t.Missions, MissionTruth{c.name, c.mission})
	}
	sold := map[string]float64{}
	product, quantity := s.Transactions.Column("product_id"), s.Transactions.Column("quantity")
	for i, q := range quantity.Num {
		sold[product.Cell(i)] += q
	}
	for i := range t.Items {
		t.Items[i].Sold = sold[t.Items[i].Product]
	}
	slices.SortFunc(t.Items, func(a, b ItemTruth) int {
		return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Product, b.Product))
	})
	for _, name := range []string{"products", "promotions", "transactions", "behaviour"} {
		_, count := s.fate(name)
		t.Files = append(t.Files, count)
	}
	return t
}
