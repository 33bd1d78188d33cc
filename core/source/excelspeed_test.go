package source

import (
	"bytes"
	"context"
	"testing"
)

// A small workbook, as one of a hundred that somebody looks through.
func BenchmarkSmallWorkbook(b *testing.B) {
	book := workbook(b)
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(book), Options{Name: "x.xlsx", Size: int64(len(book)), At: bytes.NewReader(book)}, Sink{
			Header: func([]string) error { return nil }, Row: func(int64, [][]byte) error { return nil }, Reject: func(Reject) error { return nil },
		}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
