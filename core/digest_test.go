package core_test

import (
	"crypto/sha256"
	"testing"

	"shoptwin/core"
)

// TestDigest checks the page's own SHA-256 in Node (make test-wasm); natively
// both are the library's.
func TestDigest(t *testing.T) {
	text := make([]byte, 300)
	for i := range text {
		text[i] = byte(7*i + 1)
	}
	for n := range text {
		want := sha256.Sum256(text[:n])
		if got := core.Digest(text[:n]); got != want {
			t.Fatalf("%d bytes: %x, want %x", n, got, want)
		}
		d := core.NewDigest()
		for at := 0; at < n; at += 13 {
			_, _ = d.Write(text[at:min(at+13, n)])
			d.Sum(nil) // changes nothing
		}
		if got := d.Sum([]byte{9}); got[0] != 9 || [32]byte(got[1:]) != want {
			t.Fatalf("%d bytes by 13: %x, want %x", n, got[1:], want)
		}
	}
}
