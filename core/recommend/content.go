package recommend

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Content is what is known of items beside who wants them: category, brand,
// price, words of the description, each a feature with a number from hashing
// (Weinberger et al., Feature Hashing for Large Scale Multitask Learning,
// 2009). Fill it with Word, Text and Price, item by item.
type Content struct {
	Features int // numbers that features have
	rows     [][]int32
}

// NewContent returns one for so many items, of which nothing is known.
func NewContent(items, features int) *Content {
	return &Content{Features: features, rows: make([][]int32, items)}
}

// Items returns for how many items it is.
func (c *Content) Items() int { return len(c.rows) }

// Word says that a field of an item, such as its category or brand, has a
// value. Empty values say nothing.
func (c *Content) Word(item int, field, value string) {
	if value == "" {
		return
	}
	h := fnv.New32a()
	h.Write([]byte(field + "=" + value))
	id := int32(h.Sum32() % uint32(c.Features))
	if !slices.Contains(c.rows[item], id) {
		c.rows[item] = append(c.rows[item], id)
	}
}

// Text says which words a description has, whatever their order and case, and
// of scripts without blanks which two characters stand together.
func (c *Content) Text(item int, text string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		runes := []rune(w)
		if runes[0] < 0x2e80 {
			c.Word(item, "word", w)
			continue
		}
		for i := range runes[:max(1, len(runes)-1)] {
			c.Word(item, "word", string(runes[i:min(len(runes), i+2)]))
		}
	}
}

// Price says what an item costs: which half of an octave, and the ones beside
// it, so that near prices have something in common. NaN and what is not
// positive say nothing.
func (c *Content) Price(item int, price float64) {
	if !(price > 0) {
		return
	}
	at := int(math.Round(2 * math.Log2(price)))
	for d := -1; d <= 1; d++ {
		c.Word(item, "price", strconv.Itoa(at+d))
	}
}

// Lists returns the features in a [nn.FeatureBag]'s form: those of item i are
// ids[from[i]:from[i+1]], with weights whose squares add up to 1.
func (c *Content) Lists() (from, ids []int32, weights []float32) {
	from = append(from, 0)
	for _, row := range c.rows {
		ids = append(ids, row...)
		for range row {
			weights = append(weights, float32(1/math.Sqrt(float64(len(row)))))
		}
		from = append(from, int32(len(ids)))
	}
	return from, ids, weights
}
