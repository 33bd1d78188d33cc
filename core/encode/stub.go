package encode

import (
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

func fit(t *table.Table, cfg Config, rng *rand.Rand) (*Encoder, error) { return nil, core.Errorf(core.Unsupported, "in work") }

// Codes returns the codes of t's rows: codes[block][row].
func (e *Encoder) Codes(t *table.Table) ([][]uint16, error) { return nil, core.Errorf(core.Unsupported, "in work") }

// Decode returns a table drawn from the codes.
func (e *Encoder) Decode(codes [][]uint16, rng *rand.Rand) (*table.Table, error) {
	return nil, core.Errorf(core.Unsupported, "in work")
}

// AppendBinary appends the encoder's own form.
func (e *Encoder) AppendBinary(b []byte) ([]byte, error) { return nil, core.Errorf(core.Unsupported, "in work") }

// UnmarshalBinary reads what AppendBinary wrote.
func (e *Encoder) UnmarshalBinary(b []byte) error { return core.Errorf(core.Unsupported, "in work") }
