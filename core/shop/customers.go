package shop

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/table"
)

// What a loyalty card says of a household. The likelier of two words is that
// of dearer segments, in all of them with exceptions.
var (
	ages  = []string{"18-29", "30-44", "45-59", "60+"}
	ageOf = [segments][4]float64{
		{.05, .2, .4, .35}, {.1, .3, .35, .25}, {.2, .45, .25, .1}, {.2, .3, .3, .2}, {.25, .35, .2, .2}, {.35, .25, .15, .25}}
	tiers  = []string{"basic", "silver", "gold"}
	tierOf = [segments][3]float64{
		{.35, .35, .3}, {.45, .35, .2}, {.5, .3, .2}, {.6, .3, .1}, {.7, .25, .05}, {.8, .17, .03}}
)

// customerTable returns the households as the shop knows them: by the card
// that each of them has had since some day before the history. Whoever never
// bought is among them. The file has no dirt: it comes from the shop's own
// books.
func (m *market) customerTable(ids []string, first float64, rng *rand.Rand) *table.Table {
	n := len(m.segment)
	code := func(name string, levels []string) *table.Column {
		return &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: make([]int32, n), Levels: levels}
	}
	id, store := code("customer_id", ids), code("home_store", numbered("S", 1, m.stores))
	age, tier := code("age_band", ages), code("tier", tiers)
	size, news, joined := make([]float64, n), make([]float64, n), make([]float64, n)
	for h := range n {
		g := m.segment[h]
		id.Codes[h], store.Codes[h] = int32(h), int32(m.store[h])
		age.Codes[h] = int32(pick(ageOf[g][:], rng.Float64()))
		tier.Codes[h] = int32(pick(tierOf[g][:], rng.Float64()))
		// A household that buys in many categories, and much, is a large one.
		bought := 0.
		for k := range m.cats {
			bought += float64(m.rate[h*len(m.cats)+k])
		}
		size[h] = math.Min(6, math.Max(1, math.Round(bought/float64(len(m.cats))*2+.8*rng.NormFloat64())))
		news[h] = b2f(rng.Float64() < .2+.1*b2f(age.Codes[h] < 2)+.15*b2f(tier.Codes[h] > 0))
		joined[h] = first - day*math.Floor(2500*rng.Float64()*rng.Float64())
	}
	return &table.Table{Name: "customers", Columns: []*table.Column{
		id, store, age, whole("household_size", size), tier, whole("newsletter", news), table.NewTime("joined", dayForm, joined),
	}}
}
