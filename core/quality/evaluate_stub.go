package quality

import (
	"context"
	"io"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Evaluate is being built.
func Evaluate(ctx context.Context, real, holdout, synthetic *table.Table, cfg Config, report func(core.Progress)) (*Report, error) {
	return nil, core.Errorf(core.Unsupported, "quality is being built")
}

// WriteHTML is being built.
func WriteHTML(w io.Writer, r *Report, lang string) error {
	return core.Errorf(core.Unsupported, "quality is being built")
}
