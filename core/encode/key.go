package encode

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"

	"shoptwin/core/table"
)

// KeyStyle is how fresh keys are written.
type KeyStyle uint8

const (
	Counted   KeyStyle = iota // Prefix and a number of at least Digits digits, from Start up
	Patterned                 // one character of each of Places
)

// Key is what was learned about a key: how to write values that look alike
// and are none of the real ones. Counted numbers start above the largest real
// one, rounded up to one digit; where values have no common form the prefix
// is one that no real value begins with. Patterned keys lie in a space of at
// least 2^50, so that meeting a real one is a matter of luck beyond reach.
type Key struct {
	Style  KeyStyle
	Number bool // the column holds numbers, not text
	Prefix string
	Digits int
	Start  int64
	Down   bool     // count down from -1: numbers too large to count on from
	Places []string // Patterned: the characters each place may have

	Missing float64 // share of missing cells
	Repeat  *Part   // how many rows share a key; nil when each has its own
}

// fitKey learns the key column c; nil if its values cannot be counted up (a
// number with decimals), and are better treated as a measure.
func fitKey(c *table.Column, s facts, cfg Config) *Key {
	k := &Key{Missing: 1 - float64(s.present)/float64(c.Len())}
	var sizes []float64
	if c.Kind == table.Number {
		k.Number = true
		size := map[float64]int{}
		highest := math.Inf(-1)
		for _, x := range c.Num {
			if math.IsNaN(x) {
				continue
			}
			if x != math.Floor(x) {
				return nil
			}
			size[x]++
			highest = max(highest, x)
		}
		for _, n := range size {
			sizes = append(sizes, float64(n))
		}
		if k.Start = 1; highest >= 1<<52 {
			k.Down = true
		} else if highest > 0 {
			k.Start = roundUp(int64(highest) + 1)
		}
	} else {
		var values []string
		for l, n := range s.count {
			if n > 0 {
				values = append(values, c.Levels[l])
				sizes = append(sizes, float64(n))
			}
		}
		if !k.counted(values) && !k.patterned(values) {
			k.generic(c.Name, values)
		}
	}
	if s.distinct < s.present {
		k.Repeat = fitSizes(sizes, s, cfg)
	}
	return k
}

// fitSizes learns how many rows share a key.
func fitSizes(sizes []float64, s facts, cfg Config) *Part {
	if len(sizes) < cfg.MinCount {
		mean := math.Round(float64(s.present) / float64(len(sizes)))
		sizes = sizes[:0]
		for range cfg.MinCount {
			sizes = append(sizes, max(1, mean))
		}
	}
	p := fitNumbers(sizes, cfg, 1, Value)
	p.From, p.To, p.Edge = []int32{0}, []int32{int32(len(p.Count))}, nil
	p.Mass = []int64{int64(len(sizes))}
	return &p
}

// roundUp returns the least number of one significant digit that is at least n.
func roundUp(n int64) int64 {
	p := int64(1)
	for n/p >= 10 {
		p *= 10
	}
	return (n + p - 1) / p * p
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// counted recognises a common prefix followed by a number.
func (k *Key) counted(values []string) bool {
	prefix := values[0]
	for _, v := range values {
		for !strings.HasPrefix(v, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	prefix = strings.TrimRight(prefix, "0123456789")
	var highest int64
	width, same := len(values[0]), true
	for _, v := range values {
		n, err := strconv.ParseInt(v[len(prefix):], 10, 64)
		if err != nil || !digits(v[len(prefix):]) || n >= 1e15 {
			return false
		}
		highest = max(highest, n)
		same = same && len(v) == width
	}
	k.Prefix, k.Start, k.Digits = prefix, roundUp(highest+1), 1
	if same {
		k.Digits = width - len(prefix)
	}
	return true
}

var alphabets = []string{
	"0123456789",
	"0123456789abcdef",
	"0123456789ABCDEF",
	"abcdefghijklmnopqrstuvwxyz",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"0123456789abcdefghijklmnopqrstuvwxyz",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
}

// patterned recognises values of one length whose places each draw from one
// alphabet, if there are enough of them to be safe.
func (k *Key) patterned(values []string) bool {
	length := len(values[0])
	seen := make([][128]bool, length)
	for _, v := range values {
		if len(v) != length {
			return false
		}
		for i := range length {
			if v[i] >= 128 {
				return false
			}
			seen[i][v[i]] = true
		}
	}
	places := make([]string, length)
	space := 0. // bits
	for i := range places {
		var used []byte
		for ch, ok := range seen[i] {
			if ok {
				used = append(used, byte(ch))
			}
		}
		if places[i] = string(used); len(used) > 1 {
			places[i] = ""
			for _, a := range alphabets {
				if strings.Trim(string(used), a) == "" {
					places[i] = a
					break
				}
			}
		}
		if places[i] == "" {
			return false
		}
		space += math.Log2(float64(len(places[i])))
	}
	k.Style, k.Places = Patterned, places
	return space >= 50
}

// generic falls back to a prefix that no real value has, and a number.
func (k *Key) generic(name string, values []string) {
	letter := "K"
	for _, r := range strings.ToUpper(name) {
		if r >= 'A' && r <= 'Z' {
			letter = string(r)
			break
		}
	}
	k.Style, k.Places = Counted, nil
	k.Start, k.Digits = 1, 7
	used := true
	for k.Prefix = ""; used; {
		k.Prefix += letter
		used = false
		for _, v := range values {
			if strings.HasPrefix(v, k.Prefix) {
				used = true
				break
			}
		}
	}
}

// text writes key number i ≥ 0.
func (k *Key) text(i int64) string {
	if k.Style == Counted {
		n := strconv.FormatInt(k.Start+i, 10)
		return k.Prefix + strings.Repeat("0", max(0, k.Digits-len(n))) + n
	}
	// The first places spell an affine permutation of i, so that different
	// keys differ; the others are hashed.
	out := make([]byte, len(k.Places))
	space, head := uint64(1), 0
	for head < len(k.Places) && space < 1<<56/uint64(len(k.Places[head])) {
		space *= uint64(len(k.Places[head]))
		head++
	}
	x := affine(uint64(i), space)
	for p := range head {
		n := uint64(len(k.Places[p]))
		out[p] = k.Places[p][x%n]
		x /= n
	}
	rng := rand.NewPCG(uint64(i), 0x9e3779b97f4a7c15)
	for p := head; p < len(out); p++ {
		out[p] = k.Places[p][rng.Uint64()%uint64(len(k.Places[p]))]
	}
	return string(out)
}

// affine maps i to i*a+b modulo space, one to one for i below space: a is a
// prime that divides no alphabet's length.
func affine(i, space uint64) uint64 {
	const a, b = 0x9e3779b1, 0x7f4a7c15f39cc060
	hi, lo := bits.Mul64(i%space, a)
	lo, carry := bits.Add64(lo, b, 0)
	return bits.Rem64(hi+carry, lo, space)
}

// number returns key number i ≥ 0 of a column of numbers.
func (k *Key) number(i int64) float64 {
	if k.Down {
		return float64(-1 - i)
	}
	return float64(k.Start + i)
}

// column returns n fresh cells for rows first, first+1 and so on.
func (k *Key) column(f table.Field, n int, first int64, rng *rand.Rand) *table.Column {
	group := k.groups(n, rng)
	c := &table.Column{Field: f}
	if k.Number {
		c.Num = make([]float64, n)
		for i, g := range group {
			c.Num[i] = math.NaN()
			if g >= 0 {
				c.Num[i] = k.number(first + int64(g))
			}
		}
		return c
	}
	c.Codes = group
	var top int32 = -1
	for _, g := range group {
		top = max(top, g)
	}
	c.Levels = make([]string, top+1)
	for g := range c.Levels {
		c.Levels[g] = k.text(first + int64(g))
	}
	return c
}

// groups gives every row the number of its key, -1 for missing. Keys that
// repeat do so within the n rows.
func (k *Key) groups(n int, rng *rand.Rand) []int32 {
	group := make([]int32, n)
	gone := 0
	if k.Missing > 0 {
		gone = min(n, int(k.Missing*float64(n)+rng.Float64()))
	}
	for i := range gone {
		group[i] = -1
	}
	if k.Repeat == nil {
		if gone > 0 {
			rng.Shuffle(n, func(a, b int) { group[a], group[b] = group[b], group[a] })
		}
		var g int32
		for i := range group {
			if group[i] >= 0 {
				group[i] = g
				g++
			}
		}
		return group
	}
	sizes := make([]float64, max(1, n-gone))
	piece, place := make([]int32, len(sizes)), make([]float64, len(sizes))
	k.Repeat.spread(make([]uint16, len(sizes)), k.Repeat.Count, nil, rng, piece, place)
	copy(sizes, k.Repeat.numbers(piece, place))
	i := gone
	for g := 0; i < n; g++ {
		for left := max(1, int(sizes[g])); left > 0 && i < n; left-- {
			group[i] = int32(g)
			i++
		}
	}
	rng.Shuffle(n, func(a, b int) { group[a], group[b] = group[b], group[a] })
	return group
}
