package app

import (
	crand "crypto/rand"
	"encoding/binary"
	"math/rand/v2"
	"strings"

	"shoptwin/core"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// PrivacyChoice is what a differentially private engine is told; the others
// look at Person alone, by which rare values are counted. Zeros are the
// engine's defaults.
type PrivacyChoice struct {
	Epsilon    float64  `json:"epsilon,omitempty"`
	Delta      float64  `json:"delta,omitempty"`
	Person     string   `json:"person,omitempty"`     // column that names the person a row is about
	PersonRows int      `json:"personRows,omitempty"` // rows of one person at most
	Public     []string `json:"public,omitempty"`     // age=0..120, sex=Female|Male: known without looking
	// NoiseSeed, if not 0, makes the noise repeatable, for tests. Who knows it
	// can take the noise off again: the report says so.
	NoiseSeed uint64 `json:"noiseSeed,omitempty"`
}

func (p PrivacyChoice) into(cfg *synth.Config) {
	cfg.Epsilon, cfg.Delta, cfg.Person, cfg.PersonRows = p.Epsilon, p.Delta, p.Person, p.PersonRows
	cfg.Public, cfg.Repeatable = strings.Join(p.Public, "\n"), p.NoiseSeed != 0
}

// noise returns the source of a private engine's noise: one that nobody can
// predict, seeded by the system unless a seed was chosen. Runs with the same
// request therefore differ.
func (p PrivacyChoice) noise() *rand.Rand {
	var seed [32]byte
	if p.NoiseSeed != 0 {
		binary.LittleEndian.PutUint64(seed[:], p.NoiseSeed)
	} else {
		crand.Read(seed[:]) // never fails
	}
	return rand.New(rand.NewChaCha8(seed))
}

// silent returns an error if m has nothing to tell: of a few rows nothing is
// left under the noise, and its cells are all missing. That is seen in what it
// draws, which is private, and so tells nothing of the rows.
func silent(m *synth.Model) error {
	t, err := m.Sample(100, 1)
	if err != nil {
		return err
	}
	for _, c := range t.Columns {
		for i := range c.Len() {
			if !c.Missing(i) {
				return nil
			}
		}
	}
	return core.Errorf(core.Invalid, "of table %q nothing is left under the noise that epsilon %g asks for", m.Encoder.Table, m.Config.Epsilon).
		WithHint("bring more rows, raise epsilon, or say what is public of the columns")
}

// private says whether an engine promises differential privacy.
func private(engine string) bool { return engine == "marginal" || engine == "dpgan" }

// undetected returns t without the roles that were found by looking at its
// rows, for an engine that pays for looking.
func undetected(t *table.Table, given map[string]table.Role) *table.Table {
	out := &table.Table{Name: t.Name}
	for _, c := range t.Columns {
		n := *c
		n.Role = given[c.Name] // Auto if it is not there
		out.Columns = append(out.Columns, &n)
	}
	return out
}

// givenRoles returns the roles of a dataset's columns that are not those that
// would be detected: somebody gave them.
func givenRoles(columns []duck.ColumnInfo, rows int64) map[string]table.Role {
	given := map[string]table.Role{}
	for _, c := range columns {
		found := func(words float64) table.Role {
			return table.DetectRole(c.Field, int(c.Distinct), int(rows-c.Missing), words)
		}
		if c.Role != found(0) && c.Role != found(9) {
			given[c.Name] = c.Role
		}
	}
	return given
}
