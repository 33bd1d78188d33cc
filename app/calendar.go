package app

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"shoptwin/core/export"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// CalendarRequest writes the offers of a plan to a file. Path is a file on
// this machine; "" keeps it in the project's folder for download.
type CalendarRequest struct {
	Project string     `json:"project"`
	Plan    promo.Plan `json:"plan"`
	Name    string     `json:"name"`             // for the file's name
	Format  string     `json:"format,omitempty"` // csv, xlsx, …, where there is no path
	Path    string     `json:"path,omitempty"`
}

// SaveCalendar writes a plan's offers to a file, one a row.
func (a *App) SaveCalendar(req CalendarRequest) (Exported, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return Exported{}, err
	}
	m, err := a.response(p.ID)
	if err != nil {
		return Exported{}, err
	}
	out, err := m.WhatIf(req.Plan)
	if err != nil {
		return Exported{}, err
	}
	if req.Path == "" {
		if req.Path, err = a.outPath(p.ID, fileName(req.Name), req.Format); err != nil {
			return Exported{}, err
		}
	}
	e := Exported{Path: req.Path, Rows: len(req.Plan.Offers)}
	if err := writeCalendar(req.Path, req.Plan, out); err != nil {
		return Exported{}, err
	}
	info, err := os.Stat(req.Path)
	if err != nil {
		return Exported{}, err
	}
	e.Size = info.Size()
	return e, nil
}

// WriteCalendar writes a plan's offers to a file by its ending: csv, xlsx and
// the other formats of exports.
func WriteCalendar(path string, r *PlanReply) error {
	return writeCalendar(path, r.Plan, r.Outcome)
}

func writeCalendar(path string, p promo.Plan, out *promo.Outcome) error {
	format, gz, err := export.FormatOf(path)
	if err != nil {
		return err
	}
	t := calendarTable(p, out)
	return WriteFile(path, func(w io.Writer) error {
		ew, err := export.New(w, t.Schema(), export.Options{Format: format, Gzip: gz})
		if err != nil {
			return err
		}
		if err := ew.Write(t); err != nil {
			return err
		}
		return ew.Close()
	})
}

// calendarTable is a plan's offers, one a row, by item and week; units are those
// of all stores. It names stores if an offer is for one of them.
func calendarTable(p promo.Plan, out *promo.Outcome) *table.Table {
	var item, name, category, store, week, kind []string
	var number, depth, units, usual []float64
	for _, it := range out.Items {
		for _, cell := range it.Weeks {
			for _, o := range p.Offers {
				if o.Item != it.Item || o.Week != cell.Week {
					continue
				}
				item, name, category = append(item, it.Item), append(name, it.Name), append(category, it.Category)
				if len(p.Stores) == 1 {
					o.Store = "" // which is all of them
				}
				store = append(store, o.Store)
				week, number, depth = append(week, out.Weeks[o.Week].Label), append(number, float64(o.Week)), append(depth, o.Depth)
				units, usual = append(units, math.Round(cell.Units.Mean)), append(usual, math.Round(cell.Baseline))
				kind = append(kind, fmt.Sprintf("%s%s", map[bool]string{true: "feature "}[o.Feature], map[bool]string{true: "display"}[o.Display]))
			}
		}
	}
	t := &table.Table{Name: "plan", Columns: []*table.Column{
		table.NewText("item", item, nil), table.NewText("name", name, nil), table.NewText("category", category, nil)}}
	if slices.ContainsFunc(store, func(s string) bool { return s != "" }) {
		for n, s := range store {
			if s == "" {
				store[n] = "all"
			}
		}
		t.Columns = append(t.Columns, table.NewText("store", store, nil))
	}
	t.Columns = append(t.Columns, table.NewText("week", week, nil), table.NewNumber("week_number", number),
		table.NewNumber("depth", depth), table.NewText("along", kind, nil), table.NewNumber("units_without", usual), table.NewNumber("units", units))
	return t
}
