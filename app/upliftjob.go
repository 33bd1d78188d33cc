package app

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/uplift"
)

// UpliftAsk asks what a campaign changed, by a table of a project; the fields
// are those of [UpliftRequest], whose Log it stands for.
type UpliftAsk struct {
	Dataset       string   `json:"dataset"`
	Treated       string   `json:"treated"`
	Treatment     string   `json:"treatment,omitempty"`
	Outcome       string   `json:"outcome"`
	Context       []string `json:"context,omitempty"`
	ID            string   `json:"id,omitempty"`
	Value         float64  `json:"value,omitempty"` // money for one unit of outcome; default 1
	Cost          float64  `json:"cost,omitempty"`  // money for reaching one person
	Observational bool     `json:"observational,omitempty"`
}

// StartUplift runs [Uplift] on a table of the project as a job, whose result is
// an [uplift.Report]; nothing of single persons is in it.
func (a *App) StartUplift(project string, ask UpliftAsk) (string, error) {
	p, d, err := a.dataset(project, ask.Dataset)
	if err != nil {
		return "", err
	}
	return a.start("uplift", p.ID, d.Name, func(ctx context.Context, report func(core.Progress)) (any, error) {
		t, err := a.columns(ctx, p, d, nil)
		if err != nil {
			return nil, err
		}
		trial, err := trialOf(t, UpliftRequest{Treated: ask.Treated, Treatment: ask.Treatment, Outcome: ask.Outcome, Context: ask.Context, ID: ask.ID})
		if err != nil {
			return nil, err
		}
		return uplift.Evaluate(ctx, trial, uplift.Config{Value: ask.Value, Cost: ask.Cost, Observational: ask.Observational}, rand.New(rand.NewPCG(1, 4)), report)
	})
}
