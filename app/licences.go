package app

import (
	_ "embed"
	"strings"
)

// Licence is one work that Shoptwin is built from.
type Licence struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"` // SPDX id, or BSD for its variants
}

//go:generate sh -c "cd .. && go run ./build/licences -list >app/licences.tsv"
//go:embed licences.tsv
var licences string

// Licences lists the works that Shoptwin is built from; their texts are in
// THIRD-PARTY.txt beside the program.
func (a *App) Licences() []Licence {
	var out []Licence
	for line := range strings.Lines(licences) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 {
			out = append(out, Licence{f[0], f[1], f[2]})
		}
	}
	return out
}
