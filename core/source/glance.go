package source

import (
	"errors"
	"slices"
)

// Glance is what the beginning of a source shows, before all of it is read.
type Glance struct {
	Info    Info       `json:"info"` // its counts are those of the beginning
	Header  []string   `json:"header"`
	Rows    [][]string `json:"rows"` // "" is missing
	Rejects []Reject   `json:"rejects,omitempty"`
}

// Sink returns a Sink that keeps up to n rows, and then ends the reading; see
// [Glance.Done].
func (g *Glance) Sink(n int) Sink {
	return Sink{
		Header: func(names []string) error { g.Header = slices.Clone(names); return nil },
		Row: func(_ int64, cells [][]byte) error {
			row := make([]string, len(g.Header))
			for i, c := range cells {
				row[i] = string(c)
			}
			if g.Rows = append(g.Rows, row); len(g.Rows) >= n {
				return errSeen
			}
			return nil
		},
		Reject: func(j Reject) error {
			if g.Rejects = append(g.Rejects, j); len(g.Rejects) >= 10*n {
				return errSeen
			}
			return nil
		},
	}
}

// Done takes what the reading found; its error is nil when it ended because
// enough was seen.
func (g *Glance) Done(info Info, err error) error {
	g.Info = info
	if errors.Is(err, errSeen) {
		return nil
	}
	return err
}
