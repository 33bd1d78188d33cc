package app

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
)

// sharedMark stands in the built pages where what they carry belongs. The pages
// are made of frontend/whatif.html.
var sharedMark = []byte(`<script type="application/json" id="shoptwin-report"></script>`)

// shared is what a page of plans carries, beside the program that answers.
type shared struct {
	Lang      string         `json:"lang"`
	Project   string         `json:"project"`
	Made      time.Time      `json:"made"`
	Version   string         `json:"version"`
	Scenarios []ScenarioInfo `json:"scenarios"` // at least one
	Backtest  *tried         `json:"backtest"`
	Promo     []byte         `json:"promo"` // promo.Model's file, gzip
}

// tried is what the response missed of held-out weeks, as a fraction.
type tried struct {
	Weeks       int     `json:"weeks"`
	Model       float64 `json:"model"`
	Spreadsheet float64 `json:"spreadsheet"`
}

// WhatIfHTML writes the project's plans as one page that answers what-ifs by
// itself, from a disk and without a network. shell is the built page without
// data. What goes in is the response as [promo.Model.Shared] leaves it: no row
// and no week of the sales. NotFound before the first fit.
func (a *App) WhatIfHTML(project, lang string, shell []byte, w io.Writer) error {
	if err := pageAsked(lang, shell); err != nil {
		return err
	}
	m, err := a.response(project)
	if err != nil {
		return err
	}
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	m = m.Shared()
	out := shared{Lang: lang, Project: p.Name, Made: now(), Version: Version}
	if out.Scenarios, err = a.scenarios(p.ID); err != nil {
		return err
	}
	for i, s := range out.Scenarios {
		out.Scenarios[i].Plan = within(m, s.Plan)
	}
	if len(out.Scenarios) == 0 {
		out.Scenarios = []ScenarioInfo{{Name: "A", Plan: promo.Plan{Horizon: 12}, Changed: out.Made}}
	}
	if out.Backtest, err = a.backtest(p.ID); err != nil {
		return err
	}
	if out.Promo, err = zipped(m.Write); err != nil {
		return err
	}
	return fillPage(shell, out, w)
}

// pageAsked says whether a page can be made of shell, in lang.
func pageAsked(lang string, shell []byte) error {
	switch {
	case lang != "en" && lang != "zh-CN":
		return core.Errorf(core.Invalid, "there is no report in the language %q", lang).WithHint("use en or zh-CN")
	case !bytes.Contains(shell, sharedMark):
		return core.Errorf(core.Unsupported, "this program was built without the pages of its reports").WithHint("run `make build`")
	}
	return nil
}

func zipped(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := write(z); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// fillPage writes shell with data in it.
func fillPage(shell []byte, data any, w io.Writer) error {
	text, err := json.Marshal(data) // < and & are escaped: no </script> comes of a name
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(shell, sharedMark)
	open, end, _ := bytes.Cut(sharedMark, []byte("></"))
	for _, part := range [][]byte{before, open, []byte(">"), text, []byte("</"), end, after} {
		if _, err := w.Write(part); err != nil {
			return core.Wrap(err, "writing the report")
		}
	}
	return nil
}

// within is plan p without what m does not know.
func within(m *promo.Model, p promo.Plan) promo.Plan {
	p.Items = slices.DeleteFunc(slices.Clone(p.Items), func(item string) bool { return !m.Knows(promo.Offer{Item: item}) })
	p.Offers = slices.DeleteFunc(slices.Clone(p.Offers), func(o promo.Offer) bool { return !m.Knows(o) })
	return p
}

// backtest is how the project's newest response did; nil where it was not
// tried.
func (a *App) backtest(project string) (*tried, error) {
	all, err := a.promos(project)
	if err != nil || len(all) == 0 || all[len(all)-1].Backtest == nil {
		return nil, err
	}
	b := all[len(all)-1].Backtest
	out := &tried{Weeks: b.Weeks}
	for _, s := range b.Scores {
		switch s.Method {
		case "model":
			out.Model = s.Promo
		case "spreadsheet":
			out.Spreadsheet = s.Promo
		}
	}
	return out, nil
}
