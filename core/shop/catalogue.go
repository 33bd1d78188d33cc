package shop

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"shoptwin/core/table"
)

const (
	styles   = 4 // value, standard, premium, organic
	segments = 6
	missions = 6
	dayForm  = "2006-01-02"
	timeForm = "2006-01-02 15:04:05"
	day      = 86400.
)

// item is a product that sells: row of the product table, place in its
// category, and what the choice model needs.
type item struct {
	row     int // of Shop.Products
	style   int
	price   float64 // base price, the same in every store and week
	appeal  float64 // alpha of the choice
	price1  float64 // price sensitivity before the segment's factor, > 0
	feature float64 // utility of a feature
	display float64 // utility of a display
}

// category is a leaf of the tree: its active items and how they are bought.
type category struct {
	name, department string
	keeping          byte
	mission          int
	season           byte
	middling         float64 // price of a middling pack

	items []item

	theta  float64        // how far a better offer draws shoppers in, (0, 1)
	rate   [rates]float64 // readiness of a household of that rate with an empty cupboard, per week
	full   float64        // each unit at home lowers readiness by the factor exp(-full)
	use    float64        // share of the units at home used in a week
	many   float64        // mean units beyond the first at base price
	bulk   float64        // how strongly many grows as the price falls
	loyal  float64        // attraction of the household's favourite is times 1+loyal
	bought float64        // share of the households that ever buy here
	factor [52]float64    // season, counted from the first week; mean 1
	taste  [segments][styles]float64
}

// newTree returns the first n categories, spread over the departments; first
// is the first day of the history.
func newTree(n int, first time.Time, rng *rand.Rand) []*category {
	var cats []*category
	for i := range n {
		d := tree[i%len(tree)]
		f := strings.Fields(d.categories[i/len(tree)])
		k := len(f) - 4 // the name may be several words
		c := &category{name: strings.Join(f[:k], " "), department: d.department}
		c.middling, _ = strconv.ParseFloat(f[k], 64)
		c.keeping, c.season = f[k+1][0], f[k+3][0]
		c.mission, _ = strconv.Atoi(f[k+2])
		c.behave(float64(first.YearDay()/7), rng)
		cats = append(cats, c)
	}
	return cats
}

// behave draws how the category is bought; week is the week of the year in
// which the history begins.
func (c *category) behave(week float64, rng *rand.Rand) {
	u := func(lo, hi float64) float64 { return lo + (hi-lo)*rng.Float64() }
	c.theta = u(.35, .6)
	c.many, c.bulk, c.loyal = u(.15, .45), u(.4, 1), u(3, 6)
	switch c.keeping {
	case 'f':
		c.full, c.use = u(.5, 1), u(.45, .7)
	case 'z':
		c.full, c.use = u(1.2, 1.9), u(.16, .28)
	case 's':
		c.full, c.use = u(1.4, 2.2), u(.13, .24)
	default:
		c.full, c.use = u(1.6, 2.4), u(.09, .16)
	}
	c.bought = u(.3, .8)
	often := math.Exp(.6*rng.NormFloat64()) * map[byte]float64{'f': .135, 'z': .08, 's': .085, 'h': .08}[c.keeping]
	for r, x := range [rates]float64{0, .5, 1, 2} {
		c.rate[r] = math.Min(often*x, 1.4)
	}
	high, centre, width := u(.05, .12), u(0, 52), 12.
	switch c.season {
	case 's':
		high, centre = u(.3, .6), u(26, 30)
	case 'w':
		high, centre = u(.2, .4), u(2, 5)
	case 'p':
		high, centre, width = u(.2, .4), u(12, 16), 6
	case 'y':
		high, centre, width = u(.7, 1.3), 50, 2.5
	}
	sum := 0.
	for w := range c.factor {
		off := math.Mod(float64(w)+week-centre+130, 52) - 26
		c.factor[w] = math.Exp(high * math.Exp(-off*off/(2*width*width)))
		sum += c.factor[w]
	}
	for w := range c.factor {
		c.factor[w] *= 52 / sum
	}
	for g := range c.taste {
		for s := range c.taste[g] {
			c.taste[g][s] = .35*rng.NormFloat64() + leaning[g][s]
		}
	}
}

// Six kinds of household: how much price moves them, and the styles they lean to.
var (
	moved   = [segments]float64{.72, .85, .95, 1, 1.15, 1.33}
	leaning = [segments][styles]float64{
		{-.8, 0, .9, .5}, {-.5, .2, .5, .2}, {-.3, 0, 0, 1.1}, {.1, .4, -.1, -.4}, {.5, .4, -.5, -.6}, {1, .1, -.9, -.9}}
	segmentShare = [segments]float64{.12, .18, .12, .24, .2, .14}
)

// price99 rounds to prices as shops write them: .x9 below 5, .49 and .99 above.
func price99(p float64) float64 {
	if p < 5 {
		return math.Round(math.Max(4, math.Round(p*10))*10-1) / 100
	}
	return math.Round(math.Round(p*2)*50-1) / 100
}

// newProducts fills the categories with active items and returns the table of
// n products, of which active sell. Identifiers say nothing about which.
func newProducts(n, active int, cats []*category, first time.Time, rng *rand.Rand) *table.Table {
	type record struct {
		cat    *category
		name   string
		brand  string
		pack   string
		price  float64
		cost   float64
		launch float64
		item   int // within the category, -1 does not sell
	}
	brands := newBrands(rng)
	keen := map[byte]float64{'f': .9, 'z': 1, 's': 1.1, 'h': 1}
	seen := map[string]int{}
	records := make([]record, 0, n)
	for ci, c := range cats {
		have := n/len(cats) + b2i(ci < n%len(cats))
		sell := active/len(cats) + b2i(ci < active%len(cats))
		steep := .85 + .3*rng.Float64()
		price1 := (1.2 + 2*rng.Float64()) * keen[c.keeping]
		for k := range have {
			b := brands[c.department][rng.IntN(len(brands[c.department]))]
			p := packs[c.keeping][rng.IntN(len(packs[c.keeping]))]
			adj := adjectives[b.style][rng.IntN(len(adjectives[b.style]))]
			price := price99(c.middling * math.Pow(p.size, .8) * [styles]float64{.7, 1, 1.5, 1.35}[b.style] * math.Exp(.12*rng.NormFloat64()))
			name := adj + " " + c.name
			if rng.IntN(8) == 0 {
				name = c.name + ", " + strings.ToLower(adj)
			}
			if seen[b.name+name+p.words]++; seen[b.name+name+p.words] > 1 {
				name += " No. " + strconv.Itoa(seen[b.name+name+p.words])
			}
			r := record{cat: c, name: name, brand: b.name, pack: p.words, price: price, item: -1}
			r.cost = math.Round(price*(.58+.22*rng.Float64())*100) / 100
			r.launch = float64(first.Unix()) - day*float64(30+rng.IntN(3000))
			if k < sell {
				r.item = k
				c.items = append(c.items, item{
					style: b.style, price: price,
					appeal:  -steep*math.Log(float64(k+1)) + .2*rng.NormFloat64(),
					price1:  price1 * math.Exp(.15*rng.NormFloat64()),
					feature: .15 + .3*rng.Float64(),
					display: .25 + .4*rng.Float64(),
				})
			} else if rng.IntN(5) == 0 { // not yet, or only elsewhere
				r.launch += day * float64(rng.IntN(3600))
			}
			records = append(records, r)
		}
	}
	rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })

	text := make([][]string, 6)
	price, cost, launched := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, r := range records {
		if r.item >= 0 {
			r.cat.items[r.item].row = i
		}
		for j, s := range []string{fmt.Sprintf("P%05d", i+1), r.name, r.cat.department, r.cat.name, r.brand, r.pack} {
			text[j] = append(text[j], s)
		}
		price[i], cost[i], launched[i] = r.price, r.cost, r.launch
	}
	t := &table.Table{Name: "products"}
	for j, name := range []string{"product_id", "name", "department", "category", "brand", "pack_size"} {
		t.Columns = append(t.Columns, table.NewText(name, text[j], nil))
	}
	t.Columns = append(t.Columns, money("price", price), money("cost", cost), table.NewTime("launched", dayForm, launched))
	return t
}

type brand struct {
	name  string
	style int
}

// newBrands gives every department fourteen makers and the shop's three own labels.
func newBrands(rng *rand.Rand) map[string][]brand {
	used := map[string]bool{}
	out := map[string][]brand{}
	for _, d := range tree {
		list := []brand{{"Corner Basics", 0}, {"Corner", 1}, {"Corner Select", 2}}
		for len(list) < 17 {
			name := brandHeads[rng.IntN(len(brandHeads))] + brandTails[rng.IntN(len(brandTails))]
			if !used[name] {
				used[name] = true
				list = append(list, brand{name, []int{0, 1, 1, 1, 2, 2, 3}[len(list)%7]})
			}
		}
		out[d.department] = list
	}
	return out
}

func money(name string, num []float64) *table.Column {
	c := table.NewNumber(name, num)
	c.Decimals = 2
	return c
}

func whole(name string, num []float64) *table.Column {
	c := table.NewNumber(name, num)
	c.Decimals = 0
	return c
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
