package source

import (
	"bytes"
	"regexp"
)

// sums are what the first cell of a line says that adds up the lines above, as
// spreadsheets and tills print them, in lower case.
var sums = func() map[string]bool {
	out := map[string]bool{}
	for _, s := range []string{
		"total", "totals", "grand total", "subtotal", "sub total", "sub-total", "sum", "overall total",
		"summe", "gesamt", "gesamtsumme", "zwischensumme", "total général", "sous-total", "totale", "suma", "totaal",
		"合计", "总计", "小计", "总额", "本页合计", "本页小计", "合計", "總計", "小計",
	} {
		out[s] = true
	}
	return out
}()

const sumLine = "a line that adds up others"

// addsUp says whether a row is such a line: the first cell that holds something
// says so, at least one other is empty, and the rest are numbers. Rows of one
// or two cells are believed to be rows. It takes some ten nanoseconds where a
// row is none.
func addsUp(cells [][]byte) bool {
	first := 0
	for first < len(cells) && len(cells[first]) == 0 {
		first++
	}
	if len(cells) < 3 || first == len(cells) || len(cells[first]) > 32 {
		return false
	}
	switch c := cells[first][0]; c {
	case 't', 'T', 'g', 'G', 's', 'S', 'o', 'O', 'z', 'Z', ' ', 0xe5, 0xe6, 0xe7: // 合, 小, 总, 本, 總
	default:
		return false
	}
	var low [32]byte
	word := bytes.TrimSpace(low[:copy(low[:], cells[first])])
	for i, c := range word {
		if 'A' <= c && c <= 'Z' {
			word[i] = c + 'a' - 'A'
		}
	}
	word = bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSuffix(word, []byte(":")), []byte("：")))
	if !sums[string(word)] {
		return false
	}
	empty := first > 0
	for _, c := range cells[first+1:] {
		if c = bytes.TrimSpace(c); len(c) == 0 {
			empty = true
		} else if !amount.Match(c) {
			return false
		}
	}
	return empty
}

// amount is a number as people write sums of units or money.
var amount = regexp.MustCompile(`^[-+(]?[$€£¥￥₹]?\s?[-+]?\d[\d,.'’ ]*%?\s?(元|€|kg|[A-Z]{3})?\)?$`)
