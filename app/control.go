package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// GANChoice is how a GAN is to be built and trained; other engines do not
// look at it. Zeros are the engine's defaults.
type GANChoice struct {
	Loss      string  `json:"loss,omitempty"`      // nonsaturating, hinge, relativistic or wasserstein
	Width     int     `json:"width,omitempty"`     // of the generator's hidden layers
	Depth     int     `json:"depth,omitempty"`     // how many of these there are
	Critic    int     `json:"critic,omitempty"`    // width of the discriminator's hidden layer
	Gamma     float64 `json:"gamma,omitempty"`     // weight of its regulariser; below 0: none
	LearnRate float64 `json:"learnRate,omitempty"` // of both
}

func (g GANChoice) into(cfg *synth.Config) {
	if cfg.Engine != "gan" && cfg.Engine != "dpgan" {
		return
	}
	set := func(p *int, v int) {
		if v > 0 {
			*p = v
		}
	}
	set(&cfg.Hidden, g.Width)
	set(&cfg.Depth, g.Depth)
	set(&cfg.Critic, g.Critic)
	if g.Loss != "" {
		cfg.Loss = g.Loss
	}
	if g.Gamma != 0 {
		cfg.Gamma = g.Gamma
	}
	if g.LearnRate > 0 {
		cfg.LearnRate = g.LearnRate
	}
}

// troubled says what went wrong while a model was trained, nothing if nothing
// did.
func troubled(m *synth.Model) (w quality.Words) {
	what := map[string]quality.Words{
		synth.Collapsed: {En: "collapsed: it made only some of the frequent values", Zh: "出现模式坍塌：只造得出部分常见值"},
		synth.Diverged:  {En: "diverged: it grew worse instead of better", Zh: "发散：越训练越差"},
	}[m.Trouble]
	switch {
	case m.Trouble == "":
		return w
	case m.Restarted:
		return quality.Words{
			En: fmt.Sprintf("A first training %s. It was begun again with a quarter of the learning rate, %g, and another seed.", what.En, m.Config.LearnRate),
			Zh: fmt.Sprintf("首次训练%s。已将学习率降为四分之一（%g）、更换种子后重新训练。", what.Zh, m.Config.LearnRate),
		}
	}
	return quality.Words{
		En: fmt.Sprintf("The training %s. It was ended there, and what had been best before was kept.", what.En),
		Zh: fmt.Sprintf("训练%s。训练就此结束，保留此前最好的结果。", what.Zh),
	}
}

// news says what a model that was trained on does not know of the new rows.
func news(before, m *synth.Model) (w quality.Words) {
	if before == nil {
		return w
	}
	return sentences(m.Encoder.Warnings[len(before.Encoder.Warnings):])
}

// sentences are an encoder's warnings, which name columns and values and are
// in one language.
func sentences(warnings []string) (w quality.Words) {
	for _, s := range warnings {
		w = also(w, quality.Words{En: strings.ToUpper(s[:1]) + s[1:] + ".", Zh: s + "。"})
	}
	return w
}

// also joins two sentences.
func also(a, b quality.Words) quality.Words {
	return quality.Words{En: strings.TrimSpace(a.En + " " + b.En), Zh: a.Zh + b.Zh}
}

// balanceRows is how many rows at most are drawn to see whether upsampling
// helps.
const balanceRows = 50000

// balanced sees what each upsampling of a single value, "income=>50K:0.3", is
// good for: whether a classifier taught by real rows together with synthetic
// rows of the value recognises it better on the holdout than one taught by the
// real rows alone. Wishes of another form say nothing, and are passed over.
func balanced(ctx context.Context, m *synth.Model, wishes []string, real, holdout *table.Table, seed uint64) (out []*quality.Upsampled, err error) {
	for _, wish := range wishes {
		column, value, to, ok := oneValue(real, wish)
		if !ok || holdout == nil {
			continue
		}
		made, err := upsampled(ctx, m, real, column, value, to, seed)
		if err != nil {
			return nil, err
		}
		u, err := quality.Upsampling(ctx, real, made, holdout, column, value, quality.Config{Seed: seed})
		if err != nil {
			return nil, core.Wrap(err, "judging the upsampling of %s", wish)
		}
		out = append(out, u)
	}
	return out, nil
}

// oneValue understands "column=value:share" of a column of categories.
func oneValue(t *table.Table, wish string) (column, value string, to float64, ok bool) {
	i := strings.LastIndexByte(wish, ':')
	if i < 0 {
		return "", "", 0, false
	}
	to, err := strconv.ParseFloat(wish[i+1:], 64)
	if err != nil || to <= 0 || to >= 1 {
		return "", "", 0, false
	}
	for _, c := range t.Columns {
		if v, is := strings.CutPrefix(wish[:i], c.Name+"="); is && c.Kind == table.Text {
			for _, l := range c.Levels {
				if l == v {
					return c.Name, v, to, true
				}
			}
		}
	}
	return "", "", 0, false
}

// upsampled returns the rows of real and below them as many synthetic rows of
// a value as make it up to a share of all.
func upsampled(ctx context.Context, m *synth.Model, real *table.Table, column, value string, to float64, seed uint64) (*table.Table, error) {
	only, err := m.With(synth.Want{Where: []string{column + "=" + value}})
	if err != nil {
		return nil, err
	}
	have, c := 0, real.Column(column)
	for _, code := range c.Codes {
		if code >= 0 && c.Levels[code] == value {
			have++
		}
	}
	n := int(to/(1-to)*float64(real.Rows()-have)) - have
	if n <= 0 {
		return nil, core.Errorf(core.Invalid, "%s=%s makes up %.3g of the rows already", column, value, float64(have)/float64(real.Rows())).
			WithHint("ask for a larger share than it has")
	}
	made, err := sample(ctx, only, min(n, balanceRows), seed, nil)
	if err != nil {
		return nil, err
	}
	return below(real, made), nil
}

// below returns the rows of a and those of b below them; columns that b lacks
// are left out.
func below(a, b *table.Table) *table.Table {
	out := &table.Table{Name: a.Name}
	for _, c := range a.Columns {
		d := b.Column(c.Name)
		if d == nil {
			continue
		}
		n := &table.Column{Field: c.Field, Levels: c.Levels, Num: slices.Clone(c.Num), Codes: slices.Clone(c.Codes)}
		n.Append(d)
		out.Columns = append(out.Columns, n)
	}
	return out
}
