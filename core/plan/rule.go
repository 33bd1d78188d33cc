package plan

import (
	"fmt"
	"slices"
)

// rule is one demand on a calendar. A rule that is dropped from a problem
// (see without) no longer binds it.
type rule struct {
	item  int // -1: shared
	kind  string
	text  string
	keeps func(*Problem, Calendar) bool
	drop  func(*Problem) // from a copy whose Items may be written
}

// rules lists what a calendar must keep.
func (p *Problem) rules() []rule {
	var out []rule
	for i := range p.Items {
		out = append(out, p.itemRules(i)...)
	}
	add := func(kind, text string, keeps func(*Problem, Calendar) bool, drop func(*Problem)) {
		out = append(out, rule{-1, kind, text, keeps, drop})
	}
	if slices.ContainsFunc(p.Items, func(it Item) bool { return len(it.Apart) > 0 }) {
		add("apart", "the offers of single stores stand", func(*Problem, Calendar) bool { return true },
			func(p *Problem) {
				for i := range p.Items {
					p.Items[i].Apart = slices.Clone(p.Items[i].Apart)
					for k := range p.Items[i].Apart {
						p.Items[i].Apart[k].Offers = nil
					}
				}
			})
	}
	if p.Budget > 0 {
		add("budget", fmt.Sprintf("at most %.2f is spent on promotions", p.Budget),
			func(p *Problem, c Calendar) bool { return atMost(p.Value(c).Spent, p.Budget) },
			func(p *Problem) { p.Budget = 0 })
	}
	if p.MarginFloor > 0 {
		add("margin", fmt.Sprintf("profit is at least %.1f%% of sales", p.MarginFloor*100),
			func(p *Problem, c Calendar) bool {
				t := p.Value(c)
				return atMost(p.MarginFloor*t.Sales-t.Profit, 0)
			},
			func(p *Problem) { p.MarginFloor = 0 })
	}
	if p.PerCategory > 0 {
		add("category", fmt.Sprintf("at most %d items of a category are on promotion in one week", p.PerCategory),
			func(p *Problem, c Calendar) bool { return p.crowd(c) <= p.PerCategory },
			func(p *Problem) { p.PerCategory = 0 })
	}
	return out
}

func (p *Problem) itemRules(i int) (out []rule) {
	it := &p.Items[i]
	add := func(kind, text string, keeps func(*Item, []int) bool, drop func(*Item)) {
		out = append(out, rule{i, kind, it.Name + ": " + text,
			func(p *Problem, c Calendar) bool { return keeps(&p.Items[i], c[i]) },
			func(p *Problem) { drop(&p.Items[i]) }})
	}
	if it.MinPromos > 0 {
		add("minPromos", fmt.Sprintf("at least %d promotions", it.MinPromos),
			func(it *Item, c []int) bool { return promos(c) >= it.MinPromos }, func(it *Item) { it.MinPromos = 0 })
	}
	if it.MaxPromos > 0 {
		add("maxPromos", fmt.Sprintf("at most %d promotions", it.MaxPromos),
			func(it *Item, c []int) bool { return promos(c) <= it.MaxPromos }, func(it *Item) { it.MaxPromos = 0 })
	}
	if it.Gap > 0 {
		add("gap", fmt.Sprintf("at least %d weeks between promotions", it.Gap),
			func(it *Item, c []int) bool { return closest(c) > it.Gap }, func(it *Item) { it.Gap = 0 })
	}
	if it.MinDepth > 0 {
		add("minDepth", fmt.Sprintf("discounts of at least %.0f%%", it.MinDepth*100),
			func(it *Item, c []int) bool {
				return !slices.ContainsFunc(c, func(o int) bool { return o > 0 && p.Options[o].Depth < it.MinDepth-1e-9 })
			}, func(it *Item) { it.MinDepth = 0 })
	}
	if it.MaxDepth > 0 {
		says := "discounts of at most %.0f%%"
		if it.Observed {
			says = "discounts of at most %.0f%%, the deepest observed"
		}
		add("maxDepth", fmt.Sprintf(says, it.MaxDepth*100),
			func(it *Item, c []int) bool {
				return !slices.ContainsFunc(c, func(o int) bool { return p.Options[o].Depth > it.MaxDepth+1e-9 })
			}, func(it *Item) { it.MaxDepth = 0 })
	}
	if len(it.Closed) > 0 {
		add("closed", fmt.Sprintf("no promotion in the weeks %v", it.Closed),
			func(it *Item, c []int) bool {
				return !slices.ContainsFunc(it.Closed, func(w int) bool { return w >= 0 && w < len(c) && c[w] > 0 })
			}, func(it *Item) { it.Closed = nil })
	}
	for _, l := range it.Locked {
		what := "no promotion"
		if l.Option > 0 {
			what = fmt.Sprintf("%.0f%% off", p.Options[l.Option].Depth*100)
		}
		add("locked", fmt.Sprintf("week %d is locked at %s", l.Week, what),
			func(_ *Item, c []int) bool { return c[l.Week] == l.Option },
			func(it *Item) {
				it.Locked = slices.DeleteFunc(slices.Clone(it.Locked), func(m Lock) bool { return m == l })
			})
	}
	return out
}

// allows says whether the item's rules, but for numbers and gaps, let option o
// stand in week w.
func (p *Problem) allows(it *Item, w, o int) bool {
	for _, l := range it.Locked {
		if l.Week == w && l.Option != o {
			return false
		}
	}
	if o == 0 {
		return true
	}
	d := p.Options[o].Depth
	return d >= it.MinDepth-1e-9 && (it.MaxDepth == 0 || d <= it.MaxDepth+1e-9) && !slices.Contains(it.Closed, w)
}

func promos(c []int) (n int) {
	for _, o := range c {
		if o > 0 {
			n++
		}
	}
	return n
}

// closest is the fewest weeks from one promotion to the next.
func closest(c []int) int {
	least, last := 1<<30, -1
	for w, o := range c {
		if o > 0 {
			if last >= 0 {
				least = min(least, w-last)
			}
			last = w
		}
	}
	return least
}

// crowd is the most items of one category on promotion in one week.
func (p *Problem) crowd(c Calendar) (most int) {
	for w := range p.Weeks {
		n := map[string]int{}
		for i := range p.Items {
			if c[i][w] > 0 {
				n[p.Items[i].Category]++
				most = max(most, n[p.Items[i].Category])
			}
		}
	}
	return most
}
