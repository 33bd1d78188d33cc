package encode

import (
	"context"
	"errors"
	"testing"
	"time"
)

// counting is cancelled once it was asked that many times.
type counting struct {
	context.Context
	left int
}

func (c *counting) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func (c *counting) Deadline() (time.Time, bool) { return time.Time{}, false }

// A fit ends with ctx's error wherever it is cancelled, soon.
func TestFitCancelled(t *testing.T) {
	tab := wide(1500, 60)
	for left := 0; ; left = left*3/2 + 1 {
		ctx := &counting{context.Background(), left}
		_, err := FitContext(ctx, tab, nil, Config{}, source(1))
		if err == nil {
			if left < 100 {
				t.Errorf("a fit looked %d times whether it was cancelled", left)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if ctx.left < -2*len(tab.Columns) { // once for each that it passes over
			t.Errorf("cancelled at look %d, it looked %d times more", left, -1-ctx.left)
		}
	}
}
