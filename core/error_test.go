package core_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"shoptwin/core"
)

func TestErrorKeepsKindCauseAndHint(t *testing.T) {
	inner := core.Errorf(core.Invalid, "row %d: %w", 7, io.ErrUnexpectedEOF).WithHint("send it again")
	outer := core.Wrap(inner, "sales.csv")
	if got, want := outer.Error(), "sales.csv: row 7: unexpected EOF (send it again)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if core.KindOf(outer) != core.Invalid || !errors.Is(outer, io.ErrUnexpectedEOF) {
		t.Errorf("kind %v, cause kept: %v", core.KindOf(outer), errors.Is(outer, io.ErrUnexpectedEOF))
	}
	if core.Wrap(io.EOF, "x").Error() != "x: EOF" {
		t.Error(core.Wrap(io.EOF, "x").Error())
	}
	if inner.WithHint("other"); inner.Hint != "send it again" {
		t.Error("WithHint changed its receiver")
	}
}

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want core.Kind
	}{
		{io.EOF, core.Internal},
		{context.Canceled, core.Cancelled},
		{core.Wrap(context.Canceled, "x"), core.Cancelled},
		{core.Errorf(core.Full, "x"), core.Full},
		{errors.Join(io.EOF, core.Errorf(core.NotFound, "x")), core.NotFound},
	} {
		if got := core.KindOf(tt.err); got != tt.want {
			t.Errorf("%v: kind %v, want %v", tt.err, got, tt.want)
		}
	}
}
