package core

import (
	"context"
	"errors"
	"fmt"
)

// Kind tells the program what went wrong, so that it can choose an exit code
// or a status; the message tells the person.
type Kind uint8

const (
	Internal    Kind = iota // our own fault
	Invalid                 // the input cannot be used as it is
	NotFound                // nothing of that name
	Conflict                // exists already, or is held by another program
	Unsupported             // a form we do not read or write
	Full                    // no room on disk or in memory
	Cancelled               // stopped on request
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "unsupported", "full", "cancelled"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Error is an error for people: Message names the place and the value, Hint
// the way out. Err, if not nil, is the cause: its text is part of Message
// already, and errors.Is reaches it.
type Error struct {
	Kind    Kind
	Message string
	Hint    string
	Err     error
}

func (e *Error) Error() string {
	s := e.Message
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error of the given kind. A %w verb keeps its operand
// reachable by errors.Is; its text is part of the message.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Err: errors.Unwrap(err)}
}

// Wrap returns an Error that names the place where err arose. It keeps the
// kind and the hint of err when it has them.
func Wrap(err error, format string, args ...any) *Error {
	e := &Error{Kind: KindOf(err), Message: fmt.Sprintf(format, args...) + ": ", Err: err}
	if inner := (*Error)(nil); errors.As(err, &inner) {
		e.Message, e.Hint = e.Message+inner.Message, inner.Hint
	} else {
		e.Message += err.Error()
	}
	return e
}

// WithHint returns a copy of e that names the way out. It stays out of line,
// as a page would carry 14 kB of copies of it.
//
//go:noinline
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// KindOf returns the kind of the first Error in err's chain, Cancelled for a
// bare context error, and Internal otherwise.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Cancelled
	}
	return Internal
}
