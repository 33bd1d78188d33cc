// Package shop makes a grocery shop with known truth: products in a tree of
// departments and categories, households with tastes and cupboards, weekly
// promotions planned without looking at demand, receipts from a choice model,
// clicks of a web shop, and the dirt of real files. Whoever fits the receipts
// can be judged by [Truth], which is computed from the model in expectation,
// not typed in and not read off the receipts.
package shop

import (
	"io"
	"math/rand/v2"
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
}

// Shop is the clean tables, and the truth behind them. The dirty files come
// from WriteFile.
type Shop struct {
	Config       Config
	Products     *table.Table
	Promotions   *table.Table
	Transactions *table.Table
	Behaviour    *table.Table
	Truth        Truth

	dirtSeed [2]uint64
}

// Generate makes a shop; the same cfg and rng state give the same shop.
func Generate(cfg Config, rng *rand.Rand, report func(core.Progress)) (*Shop, error) {
	return nil, core.Errorf(core.Unsupported, "being built")
}

// FileNames lists what WriteFile can write.
func (s *Shop) FileNames() []string {
	return []string{"products.csv", "promotions.csv", "transactions.csv", "behaviour.csv", "truth.json"}
}

// WriteFile writes the file of that name as an analyst would get it: with its
// dirt. The clean tables are the fields of s.
func (s *Shop) WriteFile(name string, w io.Writer) error {
	return core.Errorf(core.Unsupported, "being built")
}
