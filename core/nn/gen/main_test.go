package main

import (
	"bytes"
	"os"
	"testing"
)

// TestFresh fails when the committed files are not what this program writes.
func TestFresh(t *testing.T) {
	for file, want := range generate() {
		got, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes: run `go generate` in core/nn", file)
		}
	}
}
