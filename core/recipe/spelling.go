package recipe

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fingerprint is what different spellings of one thing have in common: small
// letters without accents, full-width signs as ordinary ones, punctuation left
// out, words in order of the alphabet, each once. It is the key collision
// method of OpenRefine.
func Fingerprint(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xfee0
		}
		r = plain(unicode.ToLower(r))
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\'' && r != '.':
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

// plain is a Latin letter without its accent.
func plain(r rune) rune {
	if r < 0xc0 || r > 0x17f {
		return r
	}
	for _, set := range accents {
		if strings.ContainsRune(set[1:], r) {
			return rune(set[0])
		}
	}
	return r
}

var accents = []string{"aàáâãäåāăą", "cçćĉċč", "dďđð", "eèéêëēĕėęě", "gĝğġģ", "hĥħ", "iìíîïĩīĭįı", "jĵ", "kķ", "lĺļľŀł",
	"nñńņňŋ", "oòóôõöøōŏő", "rŕŗř", "sśŝşš", "tţťŧ", "uùúûüũūŭůűų", "wŵ", "yýÿŷ", "zźżž"}

// longestBlock bounds how many values are compared with each other.
const longestBlock = 400

// Spellings finds values that seem to be spellings of one thing and returns
// which is to become which: the most frequent of them, or the one that comes
// first in order. Values of one [Fingerprint] are one thing; so are those of
// which it takes few changes of letters to make one of the other, the share of
// letters that may stay at least similarity (0: 0.85; 1: none are compared).
// Values whose digits differ are never one: sizes, models and years are
// written alike.
//
// Only fingerprints that share their first or last four letters are compared,
// 400 of them at most. O(n log n) and 400 n comparisons at worst.
func Spellings(values []string, counts []int64, similarity float64) map[string]string {
	if similarity == 0 {
		similarity = 0.85
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if counts[a] != counts[b] {
			if counts[a] > counts[b] {
				return -1
			}
			return 1
		}
		return strings.Compare(values[a], values[b])
	})
	// Prints in order of their most frequent value; each points to the print it
	// is a spelling of.
	var prints []string
	index := map[string]int{}
	of := make([]int, len(values))
	for _, i := range order {
		p := Fingerprint(values[i])
		if p == "" {
			p = values[i] // nothing but signs
		}
		k, ok := index[p]
		if !ok {
			k = len(prints)
			index[p] = k
			prints = append(prints, p)
		}
		of[i] = k
	}
	root := alike(prints, similarity)
	first := map[int]string{} // the value that a cluster is called by
	out := map[string]string{}
	for _, i := range order {
		r := root[of[i]]
		if name, ok := first[r]; !ok {
			first[r] = values[i]
		} else {
			out[values[i]] = name
		}
	}
	return out
}

// alike returns for each print the first one that it is a spelling of, or
// itself.
func alike(prints []string, similarity float64) []int {
	root := make([]int, len(prints))
	blocks := map[string][]int{}
	for k, p := range prints {
		root[k] = k
		if similarity >= 1 || utf8.RuneCountInString(p) < 4 {
			continue
		}
		letters := []rune(strings.ReplaceAll(p, " ", ""))
		keys := []string{"<" + string(letters[:min(4, len(letters))]), ">" + string(letters[max(0, len(letters)-4):])}
		for _, key := range keys {
			for _, other := range blocks[key] {
				// A print that is itself a spelling leads nobody: no chains.
				if root[k] == k && root[other] == other && digits(p) == digits(prints[other]) && near(p, prints[other], similarity) {
					root[k] = other
				}
			}
		}
		for _, key := range keys {
			if root[k] == k && len(blocks[key]) < longestBlock {
				blocks[key] = append(blocks[key], k)
			}
		}
	}
	return root
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// near says whether at most the share 1-similarity of the longer text must be
// changed to make one of the other.
func near(a, b string, similarity float64) bool {
	x, y := []rune(a), []rune(b)
	longest := max(len(x), len(y))
	most := int((1-similarity)*float64(longest) + 1e-9)
	if max(len(x)-len(y), len(y)-len(x)) > most {
		return false
	}
	return distance(x, y, most) <= most
}

// distance is that of Levenshtein (1966) with a swap of neighbours counted as
// one change; more than most is returned as most+1.
func distance(x, y []rune, most int) int {
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
