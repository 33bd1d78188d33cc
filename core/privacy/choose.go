package privacy

import (
	"math"
	"math/rand/v2"
)

// Choose spends rho, or a little less, on the exponential mechanism (McSherry
// and Talwar 2007): it returns i with probability in proportion to
// exp(epsilon·score[i] / 2k). k is how much a score can differ between
// neighbours; epsilon is what rho = epsilon²/8 buys (Cesar and Rogers 2021).
// score must not be empty. Drawing is exact, by rejection.
func (l *Ledger) Choose(what string, score []int64, k uint64, rho float64, rng *rand.Rand) int {
	// epsilon as a fraction of 2^20, rounded down
	const unit = 1 << 20
	part := uint64(math.Floor(min(64, math.Sqrt(8*rho)) * unit))
	epsilon := float64(part) / unit
	l.Spend(what, epsilon*epsilon/8, 0)
	top := score[0]
	for _, s := range score {
		top = max(top, s)
	}
	den := 2 * k * unit
	for {
		i := rng.IntN(len(score))
		// Beyond 2^30 the odds are nil for any epsilon worth having.
		if gap := min(uint64(top-score[i]), 1<<30); bernoulliExp(rng, gap*part, den) {
			return i
		}
	}
}
