package app

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core/uplift"
)

func TestUplift(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	var text strings.Builder
	text.WriteString("customer,age,reached,group,bought\n")
	for i := range 1200 {
		age, on := rng.IntN(60), rng.IntN(2)
		y := 0
		if rng.Float64() < 0.1+0.4*float64(on)*math.Max(0, float64(age)/60-0.3) {
			y = 1
		}
		fmt.Fprintf(&text, "C%04d,%d,%d,%s,%d\n", i, 18+age, on, []string{"kept apart", "letter"}[on], y)
	}
	log := filepath.Join(t.TempDir(), "campaign.csv")
	if err := os.WriteFile(log, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	req := UpliftRequest{Log: log, Treated: "reached", Outcome: "bought", ID: "customer", Context: []string{"age"},
		Config: uplift.Config{Folds: 2, Resamples: 40, Value: 10, Cost: 1}}
	var scores strings.Builder
	r, err := Uplift(context.Background(), req, &scores, nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(scores.String()), "\n")
	reached := 0
	for _, line := range lines[1:] {
		if strings.HasSuffix(line, ",1") {
			reached++
		}
	}
	if len(lines) != 1201 || lines[0] != "customer,expected_effect,reach" || !strings.HasPrefix(lines[1], "C0000,") ||
		reached != int(r.Target.Share*1200+0.5) || reached < 200 || reached > 1000 {
		t.Errorf("%d lines, %q, %q; %d to be reached, told %.3f", len(lines), lines[0], lines[1], reached, r.Target.Share)
	}
	for _, tt := range []struct {
		name, want string
		change     func(*UpliftRequest)
	}{
		{"no column", `no column "ages"`, func(r *UpliftRequest) { r.Context = []string{"ages"} }},
		{"not two values", "does not say who was reached: it holds", func(r *UpliftRequest) { r.Treated = "age" }},
		{"which of two", "--treatment VALUE", func(r *UpliftRequest) { r.Treated = "group" }},
		{"outcome of words", "numbers are needed", func(r *UpliftRequest) { r.Outcome = "group" }},
		{"outcome as context", "cannot be both", func(r *UpliftRequest) { r.Context = []string{"bought"} }},
		{"what followed from it", "did not reach people by chance: group", func(r *UpliftRequest) { r.Context = []string{"age", "group"} }},
	} {
		req := req
		tt.change(&req)
		if _, err := Uplift(context.Background(), req, nil, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	req.Treated, req.Treatment = "group", "letter"
	again, err := Uplift(context.Background(), req, nil, nil)
	if err != nil || again.Effect != r.Effect {
		t.Errorf("by words: %v, %v", again, err)
	}
}
