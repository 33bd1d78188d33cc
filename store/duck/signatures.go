package duck

import (
	"context"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

func (db *DB) Run(ctx context.Context, r *recipe.Recipe, out string, report func(core.Progress)) ([]recipe.Effect, error) {
	return nil, nil
}
