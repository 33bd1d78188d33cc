package duck

import (
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/recipe"
)

// tried is one step on a small table: what comes out, and a word of what is
// said of it.
type tried struct{ name, in, steps, want, says string }

func try(t *testing.T, others map[string]string, all []tried) {
	t.Helper()
	db := open(t, "")
	db.Secret = func(string) ([]byte, error) { return []byte("key"), nil }
	for name, text := range others {
		load(t, db, name, text)
	}
	for _, tt := range all {
		t.Run(tt.name, func(t *testing.T) {
			load(t, db, "d", tt.in)
			defer db.Drop(ctx, "d")
			effects, err := db.Run(ctx, parse(t, `{"from": "d", "steps": [`+tt.steps+`]}`), "out", nil)
			if err != nil {
				if tt.want != "" || !strings.Contains(err.Error(), tt.says) {
					t.Fatal(err)
				}
				return
			}
			defer db.Drop(ctx, "out")
			if got := dump(t, db, "out"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if e := effects[len(effects)-1]; !strings.Contains(e.Say, tt.says) {
				t.Errorf("it says %q, want %q", e.Say, tt.says)
			}
			if p, err := db.Preview(ctx, parse(t, `{"from": "d", "steps": [`+tt.steps+`]}`), len(effects), 0); err != nil || len(p.Effects) != len(effects) {
				t.Errorf("preview: %v", err)
			}
		})
	}
}

// random makes a table of n rows: a key of four, an order, a number of two
// decimals and a text, some of them missing.
func random(seed uint64, n int) (text string, rows [][]string) {
	rng := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("k,o,x,s\n")
	for range n {
		row := []string{string(rune('a' + rng.IntN(4))), itoa(rng.IntN(50)), itoa(rng.IntN(100)) + "." + itoa(10+rng.IntN(90)), strings.Repeat("z", 1+rng.IntN(3))}
		for k := range row {
			if k != 1 && rng.IntN(6) == 0 {
				row[k] = ""
			}
		}
		rows = append(rows, row)
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.String(), rows
}

func itoa(n int) string { return string(appendInt(nil, n)) }

func appendInt(b []byte, n int) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// ran runs steps on text and returns the rows.
func ran(t *testing.T, db *DB, text, steps string) ([][]string, []recipe.Effect) {
	t.Helper()
	load(t, db, "d", text)
	defer db.Drop(ctx, "d")
	effects, err := db.Run(ctx, parse(t, `{"from": "d", "steps": [`+steps+`]}`), "out", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Drop(ctx, "out")
	_, rows, _, err := db.Page(ctx, "out", 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return rows, effects
}
