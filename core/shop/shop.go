// Package shop makes a grocery shop with known truth: products in a tree of
// departments and categories, households with tastes and cupboards, weekly
// promotions planned without looking at demand, receipts from a choice model,
// clicks of a web shop, and the dirt of real files. Whoever fits the receipts
// can be judged by [Truth], which is computed from the model in expectation,
// not typed in and not read off the receipts.
package shop

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Config is the size of the shop. The zero value is the default shop.
type Config struct {
	Customers  int       // households; 2,500
	Weeks      int       // of history; 104
	Products   int       // records of products.csv; 50,000
	Active     int       // products that sell; 3,000
	Promotions int       // records of promotions.csv; 30,000
	Events     int       // records of behaviour.csv; 100,000
	Stores     int       // 4
	Start      time.Time // first day, moved back to a Monday; 2023-01-02

	// HighSeason makes promotions seek the weeks in which their category sells
	// anyway: a week's chance goes with the season's factor to this power. 0,
	// the default, plans without a look at demand; 4 is a history by which plain
	// regressions are misled.
	HighSeason float64
}

// Shop is the clean tables, and the truth behind them. The dirty files come
// from WriteFile.
type Shop struct {
	Config       Config
	Products     *table.Table
	Promotions   *table.Table
	Transactions *table.Table
	Behaviour    *table.Table
	Customers    *table.Table
	Truth        Truth

	dirtSeed [2]uint64
	market   *market   // for [Shop.Relive]
	cupboard []uint8   // its cupboards before the history
	rows     []int     // product row by flat item
	price    []float64 // by flat item
}

func (c Config) filled() (Config, error) {
	for _, x := range []struct {
		name      string
		n         *int
		usual     int
		low, high int
	}{
		{"Customers", &c.Customers, 2500, 1, 99_999},
		{"Weeks", &c.Weeks, 104, 8, 1040},
		{"Products", &c.Products, 50_000, 40, 99_999},
		{"Active", &c.Active, 3000, 20, 12_000},
		{"Promotions", &c.Promotions, 30_000, 40, 99_999},
		{"Events", &c.Events, 100_000, 40, 999_999},
		{"Stores", &c.Stores, 4, 1, 9},
	} {
		if *x.n == 0 {
			*x.n = x.usual
		}
		if *x.n < x.low || *x.n > x.high {
			return c, core.Errorf(core.Invalid, "made shop: %s is %d", x.name, *x.n).WithHint("give %d to %d, or 0 for %d", x.low, x.high, x.usual)
		}
	}
	if !(c.HighSeason >= 0 && c.HighSeason <= 20) {
		return c, core.Errorf(core.Invalid, "made shop: HighSeason is %g", c.HighSeason).WithHint("give 0 to 20")
	}
	if c.Active*5 > c.Products*4 {
		return c, core.Errorf(core.Invalid, "made shop: %d of %d products are to sell", c.Active, c.Products).
			WithHint("give at least %d products", (c.Active*5+3)/4)
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC)
	}
	c.Start = monday(c.Start)
	return c, nil
}

// Generate makes a shop; the same cfg and rng state give the same shop.
// report, if not nil, is called after every week. The default shop takes a
// few seconds and some 300 MB. Once ctx is cancelled it stops within a week's
// work and returns ctx's error.
//
// A number in cfg outside its range is an error.
func Generate(ctx context.Context, cfg Config, rng *rand.Rand, report func(core.Progress)) (*Shop, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	// Each part has a stream of its own, so that a change in one leaves the others.
	stream := func() *rand.Rand { return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())) }
	s := &Shop{Config: cfg}
	treeRng, productRng, marketRng, planRng, weekRng, clickRng := stream(), stream(), stream(), stream(), stream(), stream()
	s.dirtSeed = [2]uint64{rng.Uint64(), rng.Uint64()}
	cardRng := stream()

	cats := newTree(min(120, max(4, cfg.Active/25)), cfg.Start, treeRng)
	s.Products = newProducts(faults["products"].distinct(cfg.Products), cfg.Active, cats, cfg.Start, productRng)
	m := newMarket(cats, cfg.Customers, cfg.Stores, marketRng)

	var rows []int
	var price []float64
	var season []*[52]float64 // by item; nil draws weeks evenly
	for _, c := range cats {
		for _, it := range c.items {
			rows, price = append(rows, it.row), append(price, it.price)
			if cfg.HighSeason > 0 {
				season = append(season, &c.factor)
			}
		}
	}
	plan, err := newPlan(faults["promotions"].distinct(cfg.Promotions), cfg.Weeks, s.Products.Rows(), rows, m.baseUnits(), season, cfg.HighSeason, planRng)
	if err != nil {
		return nil, err
	}
	id := s.Products.Column("product_id")
	s.Promotions = promotionTable(plan, id, cfg.Start, planRng)

	s.market, s.cupboard, s.rows, s.price = m, slices.Clone(m.cupboard), rows, price
	r := run{weeks: cfg.Weeks, offers: offers(plan, len(rows), cfg.Weeks)}
	t := &receipts{first: float64(cfg.Start.Unix()), offers: r.offers, rows: rows, price: price}
	m.simulate(ctx, r, weekRng, t.add, report)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.Transactions = t.table(cfg.Customers, cfg.Stores, id, s.Promotions.Column("promotion_id"))
	s.Behaviour = m.clicks(faults["behaviour"].distinct(cfg.Events), cfg.Weeks, r.offers, cfg.Start,
		s.Transactions.Column("customer_id"), id, clickRng)
	s.Customers = m.customerTable(s.Transactions.Column("customer_id").Levels, float64(cfg.Start.Unix()), cardRng)
	s.Truth = s.truth(ctx, m)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// FileNames lists what WriteFile writes.
func (s *Shop) FileNames() []string {
	return []string{"products.csv", "promotions.csv", "transactions.csv", "behaviour.csv", "customers.csv", "truth.json"}
}
