package app

import (
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/simulate"
	"shoptwin/core/table"
	"shoptwin/store"
)

// ShoppersReply is a plan as simulated shoppers answer to it: the third answer
// beside the response model's and the planner's.
type ShoppersReply struct {
	Learned    int `json:"learned"` // customers learned from and judged by
	Products   int `json:"products"`
	Categories int `json:"categories"`
	Weeks      int `json:"weeks"` // of history

	// Nobody is true where the sales name no customers; then nothing follows.
	Nobody  bool              `json:"nobody"`
	Realism *simulate.Realism `json:"realism,omitempty"` // without single products
	MostAUC float64           `json:"mostAuc"`           // of Realism, to be used
	Weekly  float64           `json:"weekly"`            // as MostAUC

	Answer  *simulate.Answer `json:"answer,omitempty"` // nil when the shoppers are refused
	LeftOut int              `json:"leftOut"`          // offers of products or single stores that the shoppers do not know
	Stores  bool             `json:"stores"`           // the plan is for some stores, the shoppers are of all
	Fixed   float64          `json:"fixed"`            // of features and displays, not yet taken off the answer's margins
}

// shoppers are simulated customers of a project, judged.
type shoppers struct {
	of      string // what they were learned from
	past    *simulate.History
	model   *simulate.Model
	realism *simulate.Realism
}

// StartShoppers lets simulated shoppers, learned from the tables of the
// project's newest response, live through plan as a job, whose result is a
// [ShoppersReply]. They are learned once, and kept until the program ends or
// another project's are asked for.
func (a *App) StartShoppers(project string, plan promo.Plan) (string, error) {
	p, _, err := a.newestPromo(project)
	if err != nil {
		return "", err
	}
	all, err := a.promos(p.ID)
	if err != nil {
		return "", err
	}
	asked := all[len(all)-1].Request
	if asked == nil {
		return "", core.Errorf(core.NotFound, "the response of project %q was fitted by an older version: it is not known from which tables", p.Name).WithHint("learn it again")
	}
	req := *asked
	req.Project = p.ID
	return a.start("shoppers", p.ID, req.Sales, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.askShoppers(ctx, req, plan, report)
	})
}

func (a *App) askShoppers(ctx context.Context, req PromoRequest, plan promo.Plan, report func(core.Progress)) (*ShoppersReply, error) {
	s, err := a.shoppersOf(ctx, req, report)
	if err != nil {
		return nil, err
	}
	out := &ShoppersReply{MostAUC: simulate.MostAUC, Stores: len(plan.Stores) > 0}
	if s.model == nil {
		out.Nobody = true
		return out, nil
	}
	h := s.past
	out.Learned, out.Products, out.Categories, out.Weeks = h.Customers(), h.Items(), h.Categories(), h.Weeks()
	judged := *s.realism
	judged.Elasticities = []simulate.Elasticity{}
	out.Realism, out.Weekly = &judged, judged.MostWeekly()
	offers := h.Knows(everywhere(slices.DeleteFunc(slices.Clone(plan.Offers), func(o promo.Offer) bool { return o.Store != "" })))
	out.LeftOut = len(plan.Offers) - len(offers)
	if !judged.Usable {
		return out, nil
	}
	p, err := h.Ahead(plan.Horizon, offers)
	if err != nil {
		return nil, err
	}
	costs, stores, err := a.costs(req.Project, plan, h)
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		if o.Feature {
			out.Fixed += plan.FeatureCost * stores
		}
		if o.Display {
			out.Fixed += plan.DisplayCost * stores
		}
	}
	out.Answer, err = s.model.Answer(ctx, p, h.Customers(), costs, plan.Funding, 1, report)
	return out, err
}

// costs returns what a unit of an item costs the shop under a plan's terms, as
// the response has it, and the number of the plan's stores.
func (a *App) costs(project string, plan promo.Plan, h *simulate.History) (cost func(string) float64, stores float64, err error) {
	m, err := a.response(project)
	if err != nil {
		return nil, 0, err
	}
	view := m.View(1)
	known := map[string]float64{}
	for _, it := range view.Items {
		known[it.Item] = it.Cost
	}
	if plan.Margin == 0 {
		plan.Margin = .25
	}
	if stores = float64(len(plan.Stores)); stores == 0 {
		stores = float64(len(view.Stores))
	}
	return func(item string) float64 {
		c := (1 - plan.Margin) * h.Price(item)
		if x := known[item]; x > 0 {
			c = x
		}
		if x, ok := plan.Margins[item]; ok {
			c = (1 - x) * h.Price(item)
		}
		return c * (1 + plan.CostChange)
	}, stores, nil
}

// shoppersOf learns and judges shoppers, or returns those it has. Without
// customers in the sales there is no model.
func (a *App) shoppersOf(ctx context.Context, req PromoRequest, report func(core.Progress)) (*shoppers, error) {
	s := &shoppers{of: req.Project}
	type source struct {
		project store.Project
		dataset Dataset
	}
	var from [3]*source
	for i, name := range []string{req.Sales, req.Products, req.Promotions} {
		if name == "" {
			continue
		}
		p, d, err := a.dataset(req.Project, name)
		if err != nil {
			return nil, err
		}
		from[i] = &source{p, d}
		s.of += "/" + d.ID
	}
	if kept := a.keptShoppers(s.of); kept != nil {
		return kept, nil
	}
	var tables [3]*table.Table
	for i, f := range from {
		if f == nil {
			continue
		}
		var err error
		if tables[i], err = a.columns(ctx, f.project, f.dataset, nil); err != nil {
			return nil, err
		}
	}
	if simulate.HasCustomers(tables[0], simulate.Columns{}) {
		var err error
		if s.past, err = simulate.NewHistory(tables[0], tables[1], tables[2], simulate.Columns{}); err != nil {
			return nil, err
		}
		rng := rand.New(rand.NewPCG(1, 11))
		if s.model, s.realism, err = learnShoppers(ctx, s.past, rng, report); err != nil {
			return nil, err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shoppers = s
	return s, nil
}

// judging is the share of the customers that judge a simulator and are not
// learned from.
const judging = .3

// learnShoppers learns shoppers and judges them by customers that were not
// learned from. Whether they may be used the caller asks of the judgement.
func learnShoppers(ctx context.Context, h *simulate.History, rng *rand.Rand, report func(core.Progress)) (*simulate.Model, *simulate.Realism, error) {
	learn, held := h.Split(1-judging, rng)
	m, err := simulate.Fit(ctx, learn, simulate.Config{}, rng, report)
	if err != nil {
		return nil, nil, err
	}
	realism, err := m.Judge(ctx, held, h, rng, report)
	return m, realism, err
}

func (a *App) keptShoppers(of string) *shoppers {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.shoppers != nil && a.shoppers.of == of {
		return a.shoppers
	}
	return nil
}
