// Package promo learns how sales answer to promotions and tries plans on what
// it learned.
//
// A [Panel] holds weekly sales by item and store. [Fit] learns from it a
// [Model]: a log-linear response with effects of the item's own price,
// feature, display, the weeks after a promotion, and how much the offers of
// its neighbours draw in the week and drew before it, each item's effects
// being shrunk towards its category's.
// [Model.WhatIf] answers a [Plan] with an [Outcome], and [Backtest] says how
// far such answers were off on weeks that the fit had not seen.
//
// What it learns is observational: prices were set by people who expected
// something, not by an experiment.
package promo

// Columns names the columns of the sales, products and promotions tables by
// the part they play; "" is not there. The same name may serve in several
// tables (item in all three). [DetectColumns] fills it by name patterns.
type Columns struct {
	Item     string `json:"item,omitempty"`
	Store    string `json:"store,omitempty"`
	Week     string `json:"week,omitempty"` // whole number, counting weeks or days
	Date     string `json:"date,omitempty"` // of a week or of a receipt line; preferred to Week
	Units    string `json:"units,omitempty"`
	Price    string `json:"price,omitempty"`    // paid for one unit, or before Discount when that is given
	Base     string `json:"base,omitempty"`     // price of one unit without promotion
	Spend    string `json:"spend,omitempty"`    // money paid, discounts taken off
	Discount string `json:"discount,omitempty"` // money off in a receipt line
	Feature  string `json:"feature,omitempty"`
	Display  string `json:"display,omitempty"`
	TPR      string `json:"tpr,omitempty"` // temporary price reduction and nothing else

	Name     string `json:"name,omitempty"`
	Category string `json:"category,omitempty"`
	Cost     string `json:"cost,omitempty"` // of one unit

	Start string `json:"start,omitempty"` // first and last day of a promotion
	End   string `json:"end,omitempty"`
	Depth string `json:"depth,omitempty"` // fraction off the base price
}

// Config is what was chosen for a fit; its zero value is the default, each
// chosen on weeks before those of any published test.
type Config struct {
	Lags     int     `json:"lags,omitempty"`     // weeks after a promotion that may dip; default 4, at most 8
	Calib    int     `json:"calib,omitempty"`    // last weeks set aside to calibrate intervals; default a fifth of them, 8 to 26
	HalfLife float64 `json:"halfLife,omitempty"` // weeks after which a residual counts half in a series' level; default 13
	Rounds   int     `json:"rounds,omitempty"`   // of reweighting; default 8
}

// Offer puts an item on promotion in one week.
type Offer struct {
	Item    string  `json:"item"`
	Store   string  `json:"store,omitempty"` // "" is every store of the plan
	Week    int     `json:"week"`            // 0 is the first week after history
	Depth   float64 `json:"depth"`           // fraction off the base price, in [0, 0.9]
	Feature bool    `json:"feature,omitempty"`
	Display bool    `json:"display,omitempty"`
}

// Plan is offers over the weeks after history. Items without an offer stand
// at base price; of two offers for the same item, store and week the later holds.
type Plan struct {
	Horizon int      `json:"horizon"`          // weeks, 1 to 104; 0 is as far as the last offer, at least 1
	Items   []string `json:"items,omitempty"`  // shown one by one; empty is every item with an offer
	Stores  []string `json:"stores,omitempty"` // empty is every store
	Offers  []Offer  `json:"offers"`
	Stock   []Stock  `json:"stock,omitempty"` // what there is to sell; items without one have enough

	Margin      float64            `json:"margin,omitempty"`      // of base price, in [0, 1), for items without a known cost; default 0.25
	Margins     map[string]float64 `json:"margins,omitempty"`     // the same by item; goes before cost
	CostChange  float64            `json:"costChange,omitempty"`  // fraction: 0.02 makes all goods 2 % dearer to buy
	Traffic     float64            `json:"traffic,omitempty"`     // fraction: 0.05 is 5 % more shoppers in the store
	Funding     float64            `json:"funding,omitempty"`     // fraction of the discount that the supplier pays, in [0, 1]
	FeatureCost float64            `json:"featureCost,omitempty"` // money for one feature, store and week
	DisplayCost float64            `json:"displayCost,omitempty"` // money for one display, store and week
	Brief       bool               `json:"brief,omitempty"`       // the outcome leaves out single cells, which are most of it
}

// Interval is an estimate with its 80 and 90 % intervals.
type Interval struct {
	Mean float64 `json:"mean"`
	Lo80 float64 `json:"lo80"`
	Hi80 float64 `json:"hi80"`
	Lo90 float64 `json:"lo90"`
	Hi90 float64 `json:"hi90"`
}

// Effect splits the change against no promotion into its causes. Units have
// no price cut, funding and fixed cost; money of sales has no funding and
// fixed cost. The causes sum to Net.Mean.
type Effect struct {
	Extra    float64  `json:"extra"`    // sold more in the weeks of the offers, at the offer's price
	PriceCut float64  `json:"priceCut"` // given away on what would have sold anyway; not above 0
	Taken    float64  `json:"taken"`    // lost by neighbours in the category, in or out of the plan
	Pulled   float64  `json:"pulled"`   // bought earlier instead of later, also after the last week
	Short    float64  `json:"short"`    // asked for and not in stock, beyond what would be without promotion
	Funding  float64  `json:"funding"`  // paid by the supplier
	Fixed    float64  `json:"fixed"`    // paid for features and displays; not above 0
	Net      Interval `json:"net"`
	Chance   float64  `json:"chance"` // that Net is above 0, in [0, 1]
}

// Outcome is what a plan is expected to do. Week and item figures are of the
// plan's horizon, items and stores. Changes also hold the weeks just after
// the horizon and the neighbours that the plan does not name.
type Outcome struct {
	Weeks []WeekOutcome `json:"weeks"` // one for each week of the horizon
	Items []ItemOutcome `json:"items"` // in the plan's order

	Baseline       float64 `json:"baseline"`       // units without promotion
	BaselineSales  float64 `json:"baselineSales"`  // money
	BaselineProfit float64 `json:"baselineProfit"` // money

	Units      Interval `json:"units"` // with the plan
	Change     Effect   `json:"change"`
	Sales      Effect   `json:"sales"`
	Profit     Effect   `json:"profit"`
	Spent      float64  `json:"spent"` // discount money given, before funding
	OfferCount int      `json:"offerCount"`
	Lost       float64  `json:"lost"` // units that are asked for and not in stock

	Warnings []Warning `json:"warnings"`
}

// WeekOutcome is one week over all items and stores of a plan.
type WeekOutcome struct {
	Week           int      `json:"week"`
	Label          string   `json:"label"` // first day of the week, or "week 157"
	Baseline       float64  `json:"baseline"`
	BaselineProfit float64  `json:"baselineProfit"`
	Units          Interval `json:"units"`
	Sales          Interval `json:"sales"`
	Profit         Interval `json:"profit"`
	Spent          float64  `json:"spent"`
	Lost           float64  `json:"lost"`  // units asked for and not in stock
	Guess          bool     `json:"guess"` // holds an offer outside what was observed
}

// ItemOutcome is one item over the horizon and all stores of a plan. Change,
// Sales and Profit hold what the item's own offers do, also to its neighbours;
// Units is what the item itself sells.
type ItemOutcome struct {
	Item     string        `json:"item"`
	Name     string        `json:"name"`
	Category string        `json:"category"`
	Baseline float64       `json:"baseline"`
	Units    Interval      `json:"units"`
	Change   float64       `json:"change"` // units
	Sales    float64       `json:"sales"`  // money
	Profit   float64       `json:"profit"` // money
	Lost     float64       `json:"lost"`   // units asked for and not in stock
	Weeks    []CellOutcome `json:"weeks"`  // none of a brief plan
}

// CellOutcome is one item in one week over all stores of a plan.
type CellOutcome struct {
	Week     int      `json:"week"`
	Depth    float64  `json:"depth"` // mean over stores
	Feature  bool     `json:"feature"`
	Display  bool     `json:"display"`
	Baseline float64  `json:"baseline"`
	Units    Interval `json:"units"`
	Lost     float64  `json:"lost"`  // units asked for and not in stock
	Guess    bool     `json:"guess"` // deeper than observed, or never displayed or featured
}

// Warning says where an outcome rests on little.
type Warning struct {
	Kind  string  `json:"kind"` // deeper, sparse, constant, feature, display, nocost, stock
	Item  string  `json:"item,omitempty"`
	Store string  `json:"store,omitempty"`
	Week  int     `json:"week"`            // -1 is no one week
	Limit float64 `json:"limit,omitempty"` // for deeper: the deepest depth observed
	Text  string  `json:"text"`            // a sentence in English
}

// CurvePoint is expected units a week at one depth. A point with Observed set
// is a past week: only Depth, Units.Mean, Feature and Display are set then.
type CurvePoint struct {
	Depth    float64  `json:"depth"`
	Units    Interval `json:"units"`
	Guess    bool     `json:"guess"`
	Observed bool     `json:"observed"`
	Feature  bool     `json:"feature"`
	Display  bool     `json:"display"`
}

// Elasticity is the change of an item's units in percent for one percent of
// its own price.
type Elasticity struct {
	Item       string  `json:"item"`
	Category   string  `json:"category"`
	Mean       float64 `json:"mean"`
	SD         float64 `json:"sd"`
	Lo90       float64 `json:"lo90"`
	Hi90       float64 `json:"hi90"`
	PromoWeeks int     `json:"promoWeeks"` // different weeks at least 5 % under base price
	Units      float64 `json:"units"`      // mean a week, over stores
	Prices     int     `json:"prices"`     // different depths observed, rounded to 5 %
	Eligible   bool    `json:"eligible"`   // enough of both to be read for itself
}

// Score is how one method did on held-out weeks: WMAPE is the sum of absolute
// errors over the sum of units.
type Score struct {
	Method string  `json:"method"` // model, spreadsheet, mean13
	All    float64 `json:"all"`
	Promo  float64 `json:"promo"`
}

// Coverage is how often the intervals of a group held what happened.
type Coverage struct {
	Group   string  `json:"group"` // all, promo, regular, or depth 0.05-0.15 and so on
	Cells   int     `json:"cells"`
	Cover80 float64 `json:"cover80"`
	Cover90 float64 `json:"cover90"`
	WMAPE   float64 `json:"wmape"`
	Events  int     `json:"events"` // different weeks of items, in which stores err together
	Unsure  float64 `json:"unsure"` // standard error of Cover90 by these
}

// BacktestReport compares forecasts made at a cut with what happened after it.
type BacktestReport struct {
	Weeks      int        `json:"weeks"` // held out
	Cut        string     `json:"cut"`   // first held-out week
	Cells      int        `json:"cells"`
	PromoCells int        `json:"promoCells"`
	Scores     []Score    `json:"scores"`   // model first
	Coverage   []Coverage `json:"coverage"` // all, promo, regular, then by depth
	Bias       float64    `json:"bias"`     // forecast sum over actual sum, minus 1
	PromoBias  float64    `json:"promoBias"`
}

// PanelView is what a screen shows of a model's history.
type PanelView struct {
	Items      []ItemView  `json:"items"` // best selling first
	Stores     []StoreView `json:"stores"`
	Weeks      []string    `json:"weeks"`      // labels of the last weeks of history, oldest first
	FirstAhead string      `json:"firstAhead"` // label of plan week 0
	Notes      []string    `json:"notes"`      // what was left out of the panel and why
}

// ItemView is an item with its last weeks over all stores.
type ItemView struct {
	Item       string     `json:"item"`
	Name       string     `json:"name"`
	Category   string     `json:"category"`
	Base       float64    `json:"base"`     // current base price
	Cost       float64    `json:"cost"`     // 0 when not known
	MaxDepth   float64    `json:"maxDepth"` // deepest observed
	Units      float64    `json:"units"`    // mean a week
	Elasticity float64    `json:"elasticity"`
	History    []PastWeek `json:"history"` // parallel to PanelView.Weeks
}

// StoreView is a store and its share of all units, in [0, 1].
type StoreView struct {
	Store string  `json:"store"`
	Share float64 `json:"share"`
}

// PastWeek is one item in one week of history.
type PastWeek struct {
	Units   float64 `json:"units"`
	Sales   float64 `json:"sales"`
	Depth   float64 `json:"depth"`
	Feature bool    `json:"feature"`
	Display bool    `json:"display"`
}
