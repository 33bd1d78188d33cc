package synth

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// A file that was changed under a checksum that fits is refused, or what it
// holds can be sampled.
func TestReadHostile(t *testing.T) {
	const sumLen = 4 + 8 + sha256.Size
	rng := rand.New(rand.NewPCG(2, 2))
	read := 0
	for _, raked := range []bool{false, true} {
		var file bytes.Buffer
		if err := randomModel(t, shopTable(60, rand.New(rand.NewPCG(1, 1))), 2, raked).Write(&file); err != nil {
			t.Fatal(err)
		}
		whole := file.Bytes()[:file.Len()-sumLen]
		for range 60 {
			b := bytes.Clone(whole)
			at := 8 + rng.IntN(min(len(b)-8, 6000))
			switch rng.IntN(4) {
			case 0:
				b[at] ^= 1 << rng.IntN(8)
			case 1:
				b[at] = byte(rng.IntN(256))
			case 2:
				copy(b[at:], []byte{255, 255, 255, 255, 255, 255, 255, 255, 127}[:1+rng.IntN(9)])
			default:
				b = append(b[:at], b[min(len(b), at+1+rng.IntN(20)):]...)
			}
			sum := sha256.Sum256(b)
			m, err := Read(bytes.NewReader(section(b, "SUM ", sum[:])))
			if err != nil {
				continue
			}
			read++
			if got, err := m.Sample(3, 1); err == nil {
				if err := got.Check(); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if t.Logf("%d of 120 could be read", read); read == 0 {
		t.Error("none could be read")
	}
}
