package app

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/policy"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// OPERequest asks what a policy would have earned, from a log of another one.
type OPERequest struct {
	Log        string   `json:"log"`    // file: a row for each decision
	Target     string   `json:"target"` // file: a log of the policy to value; "" is one that chooses evenly
	Action     string   `json:"action"` // columns of both
	Reward     string   `json:"reward"`
	Propensity string   `json:"propensity"`
	Context    []string `json:"context,omitempty"` // what was known
	By         string   `json:"by,omitempty"`      // column by which the target's shares of actions differ
	Episode    string   `json:"episode,omitempty"`
	Seed       uint64   `json:"seed,omitempty"`
}

// EvaluatePolicy values the target. The probabilities of a target that is
// given by its log are its shares of actions, by the values of By, each
// action counted once more than it was taken.
func EvaluatePolicy(ctx context.Context, req OPERequest, report func(core.Progress)) (*policy.Report, error) {
	log, err := Load(ctx, req.Log, source.Options{}, nil, report)
	if err != nil {
		return nil, err
	}
	l, action, err := decisions(log, req)
	if err != nil {
		return nil, err
	}
	var by *table.Column
	if req.By != "" {
		if by, err = column(log, req.By); err != nil {
			return nil, err
		}
	}
	share := map[string][]float64{}
	if req.Target != "" {
		other, err := Load(ctx, req.Target, source.Options{}, nil, report)
		if err != nil {
			return nil, err
		}
		if share, err = actionShares(other, req, action); err != nil {
			return nil, err
		}
	}
	target := make(policy.Target, 0, len(l.Action)*l.Actions)
	even := slices.Repeat([]float64{1 / float64(l.Actions)}, l.Actions)
	for i := range l.Action {
		p, ok := share[cellOf(by, i)]
		if !ok {
			p = even
		}
		target = append(target, p...)
	}
	return policy.Evaluate(ctx, l, target, policy.Config{}, rand.New(rand.NewPCG(req.Seed, 3)))
}

// decisions takes a log from a table, and the number of each action.
func decisions(t *table.Table, req OPERequest) (*policy.Log, map[string]int, error) {
	did, err := column(t, req.Action)
	if err != nil {
		return nil, nil, err
	}
	reward, err := numberColumn(t, req.Reward)
	if err != nil {
		return nil, nil, err
	}
	propensity, err := numberColumn(t, req.Propensity)
	if err != nil {
		return nil, nil, err
	}
	l := &policy.Log{Context: &table.Table{Name: t.Name}, Reward: reward, Propensity: propensity}
	for _, name := range req.Context {
		c, err := column(t, name)
		if err != nil {
			return nil, nil, err
		}
		l.Context.Columns = append(l.Context.Columns, c)
	}
	action, episode := map[string]int{}, map[string]int{}
	var of *table.Column
	if req.Episode != "" {
		if of, err = column(t, req.Episode); err != nil {
			return nil, nil, err
		}
	}
	number := func(in map[string]int, name string) int {
		n, ok := in[name]
		if !ok {
			n = len(in)
			in[name] = n
		}
		return n
	}
	for i := range t.Rows() {
		l.Action = append(l.Action, number(action, did.Cell(i)))
		if of != nil {
			l.Episode = append(l.Episode, number(episode, of.Cell(i)))
		}
	}
	l.Actions = len(action)
	return l, action, nil
}

// actionShares counts the actions of the target's log.
func actionShares(t *table.Table, req OPERequest, action map[string]int) (map[string][]float64, error) {
	did, err := column(t, req.Action)
	if err != nil {
		return nil, err
	}
	var by *table.Column
	if req.By != "" {
		if by, err = column(t, req.By); err != nil {
			return nil, err
		}
	}
	out := map[string][]float64{}
	for i := range t.Rows() {
		a, ok := action[did.Cell(i)]
		if !ok {
			return nil, core.Errorf(core.Unsupported, "the policy takes action %q, which the log never shows", did.Cell(i)).WithHint("value it on a log that shows all its actions")
		}
		p := out[cellOf(by, i)]
		if p == nil {
			p = slices.Repeat([]float64{1}, len(action))
			out[cellOf(by, i)] = p
		}
		p[a]++
	}
	for _, p := range out {
		sum := 0.0
		for _, x := range p {
			sum += x
		}
		for a := range p {
			p[a] /= sum
		}
	}
	return out, nil
}

func cellOf(c *table.Column, i int) string {
	if c == nil {
		return ""
	}
	return c.Cell(i)
}

func column(t *table.Table, name string) (*table.Column, error) {
	if c := t.Column(name); c != nil {
		return c, nil
	}
	return nil, core.Errorf(core.NotFound, "%s has no column %q", t.Name, name).WithHint("check its spelling, upper and lower case included")
}

func numberColumn(t *table.Table, name string) ([]float64, error) {
	c, err := column(t, name)
	if err != nil {
		return nil, err
	}
	if c.Kind != table.Number {
		return nil, core.Errorf(core.Invalid, "%s, column %q holds %vs, numbers are needed", t.Name, name, c.Kind)
	}
	for i, x := range c.Num {
		if math.IsNaN(x) {
			return nil, core.Errorf(core.Invalid, "%s, column %q, row %d is empty", t.Name, name, i+1).WithHint("leave out rows of which nothing is known")
		}
	}
	return c.Num, nil
}
