package synth

import (
	"math"
	"math/rand/v2"
)

// popularity returns for each row how often it likes to be referred to, count
// being how often it was. Rows are drawn by chance in proportion to it, which
// adds the spread of a Poisson distribution; so that counts come out as they
// were, that spread must not be in it already. The distribution of rates is
// the one under which the counts are likeliest (Simar 1976, by expectation
// maximisation on a grid), and each row draws its own from what its count says
// about it.
//
// Counts above popularityMost stay: there the spread is small beside the count.
func popularity(count []int32, rng *rand.Rand) []float64 {
	most := int32(0)
	for _, n := range count {
		if n <= popularityMost {
			most = max(most, n)
		}
	}
	histogram := make([]float64, most+1)
	for _, n := range count {
		if n <= most {
			histogram[n]++
		}
	}
	rates := []float64{0}
	for r := rateLeast; r < 1.5*float64(most)+1; r *= 1.12 {
		rates = append(rates, r)
	}
	// odds[n][k] is the chance of count n at rate k.
	odds := make([][]float64, most+1)
	for n := range odds {
		odds[n] = make([]float64, len(rates))
		gamma, _ := math.Lgamma(float64(n) + 1)
		for k, r := range rates {
			switch {
			case r > 0:
				odds[n][k] = math.Exp(float64(n)*math.Log(r) - r - gamma)
			case n == 0:
				odds[n][k] = 1
			}
		}
	}
	share := make([]float64, len(rates))
	for k := range share {
		share[k] = 1 / float64(len(share))
	}
	next := make([]float64, len(rates))
	for range popularitySweeps {
		clear(next)
		var rows float64
		for n, h := range histogram {
			if h == 0 {
				continue
			}
			var sum float64
			for k, p := range share {
				sum += p * odds[n][k]
			}
			if sum == 0 {
				continue
			}
			rows += h
			for k, p := range share {
				next[k] += h * p * odds[n][k] / sum
			}
		}
		for k := range share {
			share[k] = next[k] / max(rows, 1)
		}
	}
	// What a count says about its rate, as running sums.
	said := make([][]float64, most+1)
	for n := range said {
		said[n] = make([]float64, len(rates))
		var sum float64
		for k, p := range share {
			sum += p * odds[n][k]
			said[n][k] = sum
		}
	}
	out := make([]float64, len(count))
	for i, n := range count {
		if out[i] = float64(n); n > most {
			continue
		}
		u := rng.Float64() * said[n][len(rates)-1]
		for k, s := range said[n] {
			if u < s {
				out[i] = math.Round(rates[k]*1000) / 1000
				break
			}
		}
	}
	return out
}

const (
	popularityMost   = 400
	popularitySweeps = 300
	rateLeast        = .15 // a row that likes to be referred to less counts as one that does not: no count tells the two apart
)
