package app

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/personal"
	"shoptwin/core/quality"
)

// How much [Settings] ask of a twin before its rows are exported.
const (
	gateStrict = "strict" // no doubt is left
	gateUsual  = ""       // nothing fails for sure
	gateLoose  = "loose"  // what fails is told, and keeps nobody
)

// Gate is what must hold before rows of a twin leave.
type Gate struct {
	Open   bool        `json:"open"`
	Level  string      `json:"level"` // as in Settings
	Checks []GateCheck `json:"checks"`
	Judged int         `json:"judged"` // synthetic rows that were compared with the real ones
}

// GateCheck is one of them. Closes says that it keeps the gate closed.
type GateCheck struct {
	quality.Check
	Closes  bool     `json:"closes"`
	Columns []string `json:"columns,omitempty"` // that it is about
}

// gateRows are looked at for data of persons.
const gateRows = 300

// Gate says whether rows of a run's twin may be exported, by what was measured
// of it when it was taught. Beside the measures of [quality.Report.Gate] there
// are rare (values of fewer than five, which no twin knows) and personal
// (columns of its rows that look like data of persons).
func (a *App) Gate(project, run string) (Gate, error) {
	p, r, err := a.run(project, run)
	if err != nil {
		return Gate{}, err
	}
	report, err := a.Report(p.ID, r.ID)
	if err != nil {
		return Gate{}, err
	}
	level := a.Settings().Gate
	g := Gate{Open: true, Level: level, Judged: report.Synthetic.Judged}
	for _, c := range report.Gate() {
		g.add(GateCheck{Check: c})
	}
	g.add(GateCheck{Check: quality.Check{Name: "rare", State: quality.Yes}})
	about := GateCheck{Check: quality.Check{Name: "personal", State: quality.Yes}}
	page, err := a.SampleRows(p.ID, r.ID, gateRows, 1)
	if err != nil {
		return Gate{}, err
	}
	for j, name := range page.Header {
		var cells []string
		for _, row := range page.Rows {
			if row[j] != "" {
				cells = append(cells, row[j])
			}
		}
		if kind, _ := personal.Detect(name, cells); kind != personal.None {
			about.Columns = append(about.Columns, name)
		}
	}
	if about.Value = float64(len(about.Columns)); about.Value > 0 {
		about.State = quality.Watch
	}
	g.add(about)
	return g, nil
}

func (g *Gate) add(c GateCheck) {
	c.Closes = c.State == quality.No && g.Level != gateLoose || c.State == quality.Watch && g.Level == gateStrict
	g.Open = g.Open && !c.Closes
	g.Checks = append(g.Checks, c)
}

// passGate is an error where the gate is closed for a run; a run without a
// verdict has none.
func (a *App) passGate(project string, r RunInfo) error {
	g, err := a.Gate(project, r.ID)
	if err != nil || g.Open {
		if core.KindOf(err) == core.NotFound {
			return nil
		}
		return err
	}
	var names []string
	for _, c := range g.Checks {
		if c.Closes {
			names = append(names, gateWords[c.Name])
		}
	}
	return core.Errorf(core.Conflict, "%s does not pass the privacy gate: %s", r.Name, strings.Join(names, "; ")).
		WithHint("%s", "teach it again with differential privacy or without the column, or loosen the gate in Settings")
}

var gateWords = map[string]string{
	"copies":   "rows equal real ones",
	"nearer":   "rows lie nearer to those learned from than chance",
	"member":   "an attack tells who was learned from",
	"single":   "guesses single out real rows",
	"personal": "columns seem to hold data of persons",
}

func checkGate(level string) error {
	if !slices.Contains([]string{gateStrict, gateUsual, gateLoose}, level) {
		return core.Errorf(core.Invalid, "%q is no way to guard exports", level).WithHint("%s", fmt.Sprintf("choose %s or %s, or leave it empty", gateStrict, gateLoose))
	}
	return nil
}
