package store

import (
	"math/rand/v2"
	"sync"
	"time"
)

// ids makes identifiers of 12 letters that sort by the time of their making:
// 8 for the milliseconds since 2026, which last for 34 years, and 4 random
// ones that keep the ids of two homes apart.
type ids struct {
	mu   sync.Mutex
	last int64
}

const idLetters = "0123456789abcdefghjkmnpqrstvwxyz" // in ASCII order, without i l o u

var idEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (g *ids) next(now time.Time) string {
	g.mu.Lock()
	g.last = max(g.last+1, now.Sub(idEpoch).Milliseconds())
	n := uint64(g.last)<<20 | rand.Uint64N(1<<20)
	g.mu.Unlock()
	var id [12]byte
	for i := len(id) - 1; i >= 0; i-- {
		id[i] = idLetters[n&31]
		n >>= 5
	}
	return string(id[:])
}

// now is the time as it is stored: equal to itself when read again.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
