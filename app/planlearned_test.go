package app

import (
	"context"
	"strings"
	"testing"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// TestPlanBy plans the same weeks by each method: what is learned comes near
// what is proven, under the same bound.
func TestPlanBy(t *testing.T) {
	m := answering(t)
	req := PlanRequest{Plan: promo.Plan{Horizon: 5, Items: []string{"p0"}, Margin: .6}, Limits: plan.Limits{MaxPromos: 2}, Depths: []float64{.1, .3}, Draws: 2}
	proven, err := BestPlan(context.Background(), m, req, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{FittedQ, ByPPO} {
		r, err := PlanBy(context.Background(), m, req, method, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Bound != proven.Bound || r.Profit < .97*proven.Profit || r.Profit > r.Bound+1e-6 || len(r.Broken) > 0 || len(r.Others) < 3 {
			t.Errorf("%s: %.2f of at most %.2f, %.2f is proven; breaks %v", method, r.Profit, r.Bound, proven.Profit, r.Broken)
		}
	}
	for _, tt := range []struct {
		method string
		shared plan.Shared
		want   string
	}{{"luck", plan.Shared{}, `method "luck"`}, {ByPPO, plan.Shared{Budget: 100}, "cannot keep a budget"}} {
		req.Shared = tt.shared
		if _, err := PlanBy(context.Background(), m, req, tt.method, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.method, err)
		}
	}
}
