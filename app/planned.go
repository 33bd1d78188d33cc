package app

import (
	"context"
	"os"
	"path/filepath"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/source"
)

// PlannedRequest reads a file of planned promotions for a project's response.
type PlannedRequest struct {
	Project string `json:"project"`
	File    string `json:"file"` // path, or what /upload answered
}

// Planned is what a file of planned promotions holds.
type Planned struct {
	Rows   int           `json:"rows"` // below the header
	Offers []promo.Offer `json:"offers"`
	Aside  []promo.Aside `json:"aside"` // rows that were not taken, and why
}

// ReadCalendar reads planned promotions from a file of any format that is
// imported: CSV, Excel, JSON and so on. What makes no sense is set aside.
func (a *App) ReadCalendar(req PlannedRequest) (Planned, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return Planned{}, err
	}
	m, err := a.response(p.ID)
	if err != nil {
		return Planned{}, err
	}
	return ReadCalendar(context.Background(), m, req.File)
}

// mostPlanned is how many rows of planned promotions are read.
const mostPlanned = 100_000

// ReadCalendar reads planned promotions from a file, see [promo.Model.Planned].
func ReadCalendar(ctx context.Context, m *promo.Model, path string) (Planned, error) {
	f, err := os.Open(path)
	if err != nil {
		return Planned{}, core.Wrap(err, "%s", filepath.Base(path))
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return Planned{}, core.Wrap(err, "%s", filepath.Base(path))
	}
	out := Planned{Offers: []promo.Offer{}, Aside: []promo.Aside{}}
	var header []string
	var lines []promo.Line
	sink := source.Sink{
		Header: func(names []string) error { header = append([]string(nil), names...); return nil },
		Row: func(line int64, cells [][]byte) error {
			if len(lines) == mostPlanned {
				return core.Errorf(core.Unsupported, "%s has more than %d rows", filepath.Base(path), mostPlanned).WithHint("a plan holds a row for each promotion; is it the right file?")
			}
			l := promo.Line{Number: line}
			for _, c := range cells {
				l.Cells = append(l.Cells, string(c))
			}
			lines = append(lines, l)
			return nil
		},
		Reject: func(r source.Reject) error {
			out.Aside = append(out.Aside, promo.Aside{Line: r.Line, Column: r.Column, Cell: firstOf(r.Raw, 80), Why: r.Reason})
			return nil
		},
	}
	if _, err := source.Read(ctx, f, source.Options{Name: filepath.Base(path), Size: info.Size(), At: f}, sink, nil); err != nil {
		return Planned{}, err
	}
	offers, aside, err := m.Planned(header, lines)
	if err != nil {
		return Planned{}, core.Wrap(err, "%s", filepath.Base(path))
	}
	out.Rows, out.Offers, out.Aside = len(lines)+len(out.Aside), offers, append(out.Aside, aside...)
	return out, nil
}

// firstOf cuts s after n characters.
func firstOf(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
