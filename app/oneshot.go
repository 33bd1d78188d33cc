package app

import (
	"context"
	"io"
	"math"
	"path/filepath"
	"slices"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/quality"
	"shoptwin/core/source"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// What can be done to files without a project. Rows pass through a database
// in memory, so that nothing of them stays behind, whatever happens.

// imported reads a file into a database in memory, as the table "file", and
// runs do on it.
func imported(ctx context.Context, path string, r Reading, password string, report func(core.Progress), do func(*duck.DB, duck.Imported) error) error {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	in, err := readInto(ctx, db, "file", path, r, password, staged(report, "import"))
	if err != nil {
		return err
	}
	return do(db, in)
}

// Load reads a file into memory. roles overrides what columns are taken for;
// it may be nil.
func Load(ctx context.Context, path string, opt source.Options, roles map[string]table.Role, report func(core.Progress)) (t *table.Table, err error) {
	err = imported(ctx, path, Reading{Encoding: opt.Encoding, Sheet: opt.Sheet}, "", report, func(db *duck.DB, in duck.Imported) error {
		if _, err := setRoles(ctx, db, "file", in.Columns, roles); err != nil {
			return err
		}
		if t, err = db.Columns(ctx, "file", nil); err != nil {
			return err
		}
		t.Name = filepath.Base(path)
		return t.Check()
	})
	return t, err
}

// FileProfile is what is known of a file after reading all of it.
type FileProfile struct {
	duck.Profile
	Info     source.Info     `json:"info"`
	Rejected int64           `json:"rejected"`
	Rejects  []source.Reject `json:"rejects"` // the first of them
}

// ProfileFile reads a file, a folder or a table of a database and describes
// each column.
func ProfileFile(ctx context.Context, from string, r Reading, password string, report func(core.Progress)) (out FileProfile, err error) {
	err = imported(ctx, from, r, password, report, func(db *duck.DB, in duck.Imported) error {
		out.Info, out.Rejected = in.Info, in.Rejected
		if out.Profile, err = db.Profile(ctx, "file"); err != nil {
			return err
		}
		out.Rejects, _, err = db.Rejects(ctx, "file", 0, 10)
		return err
	})
	return out, err
}

// SynthRequest learns from a file and writes synthetic rows.
type SynthRequest struct {
	File    string  `json:"file"`
	Out     string  `json:"out"`
	Also    string  `json:"also,omitempty"` // a second file of the same rows, in another format
	Holdout string  `json:"holdout,omitempty"`
	Report  string  `json:"report,omitempty"` // HTML page
	Rows    int     `json:"rows,omitempty"`
	Engine  string  `json:"engine,omitempty"`
	Effort  string  `json:"effort,omitempty"`
	Minutes float64 `json:"minutes,omitempty"`
	Seed    uint64  `json:"seed"`
	Target  string  `json:"target,omitempty"`
	// Groups are columns whose groups are compared; see [quality.Config].
	Groups []string `json:"groups,omitempty"`
	// Shadows is how many shadow models attack the rows; see [quality.Shadow].
	Shadows int    `json:"shadows,omitempty"`
	Rake    bool   `json:"rake,omitempty"`
	NoGuard bool   `json:"noGuard,omitempty"`
	Lang    string `json:"lang,omitempty"` // of the report: "en" or "zh-CN"

	Roles   map[string]table.Role `json:"roles,omitempty"`
	Privacy PrivacyChoice         `json:"privacy,omitempty,omitzero"`

	Sequence SequenceChoice `json:"sequence,omitempty,omitzero"`

	GAN GANChoice `json:"gan,omitempty,omitzero"`

	// Where, Share and Shares ask for rows of kinds; see [synth.Want]. The
	// judge sees rows as they come. Of Balance, shares too, is told besides
	// whether they help to recognise the value.
	Where   []string `json:"where,omitempty"`
	Share   float64  `json:"share,omitempty"`
	Shares  []string `json:"shares,omitempty"`
	Balance []string `json:"balance,omitempty"`
}

// SynthResult is what SynthFile made.
type SynthResult struct {
	Files    []Exported      `json:"files"`
	Rows     int             `json:"rows"`
	Engine   string          `json:"engine"`
	Why      quality.Words   `json:"why"` // why this engine, where it was chosen by trial
	Steps    int             `json:"steps"`
	Report   *quality.Report `json:"report"`
	Warnings []string        `json:"warnings"`

	Upsampled []*quality.Upsampled `json:"upsampled,omitempty"` // what Balance is good for
}

// heldOut returns what is learned from and what judges: all of in and the file
// of req.Holdout, or what apart makes of in.
func heldOut(ctx context.Context, in *table.Table, req SynthRequest, apart func() (real, holdout *table.Table), report func(core.Progress)) (real, holdout *table.Table, err error) {
	if req.Holdout == "" {
		real, holdout = apart()
		return real, holdout, nil
	}
	holdout, err = Load(ctx, req.Holdout, source.Options{}, req.Roles, report)
	return in, holdout, err
}

// SynthFile learns from one file, writes synthetic rows and judges them. With
// Holdout given all of File is learned from; without it a fifth is set aside
// for the judge.
func SynthFile(ctx context.Context, req SynthRequest, report func(core.Progress)) (SynthResult, error) {
	var out SynthResult
	if req.Sequence.Owner != "" {
		return synthSequences(ctx, req, report)
	}
	in, err := Load(ctx, req.File, source.Options{}, req.Roles, report)
	if err != nil {
		return out, err
	}
	real, holdout, err := heldOut(ctx, in, req, func() (*table.Table, *table.Table) {
		if in.Rows() < 100 {
			return in, nil
		}
		return split(in, req.Seed)
	}, report)
	if err != nil {
		return out, err
	}
	if out.Engine, req.Rake, out.Why, err = choose(ctx, req.Engine, req.Rake, real, req.Seed, report); err != nil {
		return out, err
	}
	m, err := learn(ctx, real, learning{engine: out.Engine, effort: req.Effort, minutes: req.Minutes, seed: req.Seed, rake: req.Rake,
		privacy: req.Privacy, roles: req.Roles, gan: req.GAN}, report)
	if err != nil {
		return out, err
	}
	out.Engine, out.Why = m.Config.Engine, also(out.Why, troubled(m))
	out.Warnings, out.Steps, out.Rows = m.Encoder.Warnings, m.Config.Steps, req.Rows
	if out.Rows <= 0 {
		out.Rows = in.Rows()
	}
	wished, err := m.With(synth.Want{Where: req.Where, Share: req.Share, Shares: slices.Concat(req.Shares, req.Balance)})
	if err != nil {
		return out, err
	}
	if out.Upsampled, err = balanced(ctx, m, req.Balance, real, holdout, req.Seed); err != nil {
		return out, err
	}
	synthetic, err := sample(ctx, m, min(real.Rows(), out.Rows), req.Seed, report)
	if err != nil {
		return out, err
	}
	shadow, err := shadowed(ctx, req, m.Config.Engine, real, holdout, synthetic, report)
	if err != nil {
		return out, err
	}
	out.Report, err = judge(ctx, real, holdout, synthetic, quality.Config{Target: req.Target, Groups: req.Groups, Seed: req.Seed}, func(r *quality.Report) {
		r.Guarantee, r.Upsampled = m.Guarantee, out.Upsampled
		if shadow != nil {
			r.Shadowed(shadow)
		}
	}, "", "", report)
	if err != nil {
		return out, err // rows that nobody could judge are not written
	}
	for _, path := range []string{req.Out, req.Also} {
		if path == "" {
			continue
		}
		file, err := exportRows(ctx, wished, 0, out.Rows, req.Seed, path, "", req.NoGuard, staged(report, "export"))
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, file)
	}
	if req.Report != "" {
		if err := writePage(out.Report, req.Report, req.Lang); err != nil {
			return out, err
		}
		out.Files = append(out.Files, Exported{Path: req.Report})
	}
	return out, nil
}

// shadowed attacks synthetic by as many shadow models of the same engine as
// were asked for, at half effort; nil for none.
func shadowed(ctx context.Context, req SynthRequest, engine string, real, holdout, synthetic *table.Table, report func(core.Progress)) (*quality.Attack, error) {
	if req.Shadows <= 0 {
		return nil, nil
	}
	twin := func(ctx context.Context, t *table.Table, seed uint64) (*table.Table, error) {
		m, err := learn(ctx, t, learning{engine: engine, effort: "quick", seed: seed, rake: req.Rake, privacy: req.Privacy, roles: req.Roles, gan: req.GAN}, nil)
		if err != nil {
			return nil, err
		}
		return sample(ctx, m, t.Rows(), seed, nil)
	}
	return quality.Shadow(ctx, twin, req.Shadows, real, holdout, synthetic, quality.Config{Seed: req.Seed}, staged(report, "shadow"))
}

// JudgeFiles judges any two files; holdout and page, the HTML report, may be "".
func JudgeFiles(ctx context.Context, real, synthetic, holdout, page, lang string, cfg quality.Config, report func(core.Progress)) (*quality.Report, error) {
	tables, err := loadFiles(ctx, report, real, synthetic, holdout)
	if err != nil {
		return nil, err
	}
	return judge(ctx, tables[0], tables[2], tables[1], cfg, nil, page, lang, report)
}

// judge judges a table and writes the page, if one is wanted; more, if not nil,
// adds to the report what others found out.
func judge(ctx context.Context, real, holdout, synthetic *table.Table, cfg quality.Config, more func(*quality.Report), page, lang string, report func(core.Progress)) (*quality.Report, error) {
	r, err := quality.Evaluate(ctx, real, holdout, synthetic, cfg, staged(report, "judge"))
	if err != nil {
		return nil, err
	}
	if more != nil {
		more(r)
	}
	if page == "" {
		return r, nil
	}
	return r, writePage(r, page, lang)
}

// writePage writes the report as HTML; lang "" is English.
func writePage(r *quality.Report, path, lang string) error {
	if lang == "" {
		lang = "en"
	}
	return WriteFile(path, func(w io.Writer) error { return quality.WriteHTML(w, r, lang) })
}

// LoadPanel reads the files of a PromoRequest, whose Project is "", into a
// panel for the response model.
func LoadPanel(ctx context.Context, req PromoRequest, report func(core.Progress)) (*promo.Panel, error) {
	tables, err := loadFiles(ctx, report, req.Sales, req.Products, req.Promotions)
	if err != nil {
		return nil, err
	}
	return promoPanel([3]*table.Table(tables), req.Columns)
}

// FirstPlan offers the best-selling items once each at the depth that the
// shop has used, as something to start from.
func FirstPlan(m *promo.Model, items int) promo.Plan {
	view := m.View(8)
	plan := promo.Plan{Horizon: 12}
	for i, item := range view.Items[:min(items, len(view.Items))] {
		plan.Items = append(plan.Items, item.Item)
		depth := math.Round(min(.25, item.MaxDepth)*20) / 20
		if depth > 0 {
			plan.Offers = append(plan.Offers, promo.Offer{Item: item.Item, Week: 1 + (i*3)%10, Depth: depth, Display: i%3 == 0, Feature: i%2 == 0})
		}
	}
	return plan
}

// PayingPlan tries other depths, features and displays for each offer of a
// plan, each offer on its own, and keeps those that earn something. It is a
// look around, not an optimum: offers that help or hurt each other are not
// weighed together. About 20 what-ifs an offer.
func PayingPlan(m *promo.Model, plan promo.Plan) (promo.Plan, error) {
	offers := plan.Offers
	plan.Offers = nil
	for _, offer := range offers {
		best, most := offer, 0.0
		for _, depth := range []float64{0, .05, .1, .15, .2} {
			for flags := range 4 {
				try := offer
				try.Depth, try.Feature, try.Display = depth, flags&1 != 0, flags&2 != 0
				if depth == 0 && flags == 0 {
					continue
				}
				alone := plan
				alone.Items, alone.Offers = []string{offer.Item}, []promo.Offer{try}
				out, err := m.WhatIf(alone)
				if err != nil {
					return plan, err
				}
				if out.Profit.Net.Mean > most {
					best, most = try, out.Profit.Net.Mean
				}
			}
		}
		if most > 0 {
			plan.Offers = append(plan.Offers, best)
		}
	}
	return plan, nil
}
