package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// subcommands: every command of recommend answers with --json, and what train
// keeps answers without fitting again, with reasons.
func (b *bench) subcommands() error {
	var csv strings.Builder
	rng := rand.New(rand.NewPCG(1, 3))
	csv.WriteString("customer_id,receipt_id,sold_at,product,price\n")
	for c := range 400 {
		for w := range 40 {
			if rng.IntN(1+c%4) > 0 {
				continue
			}
			for range 2 {
				fmt.Fprintf(&csv, "C%d,R%d-%d,2025-%02d-%02d,\"🧀, %d\",%d.5\n", c, c, w, 1+w/4, 1+w%4*7, c%3*10+rng.IntN(10), 1+rng.IntN(5))
			}
		}
	}
	path, model := filepath.Join(b.dir, "small shop.csv"), filepath.Join(b.dir, "small.model")
	if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
		return err
	}
	for _, c := range []struct {
		args []string
		want string // in the answer
	}{
		{[]string{"backtest", path, "--quick"}, `"words"`},
		{[]string{"train", path, "--quick", "--minutes", "0.2", "--out", model}, `"soon"`},
		{[]string{"for", "--model", model, "--customer", "C3", "--customer", "nobody"}, `"because"`},
		{[]string{"related", "--model", model, "--item", "🧀, 3"}, `"lift"`},
		{[]string{"segments", "--model", model}, `"recency"`},
		{[]string{"tune", path, "--quick", "--method", "Markov", "--trials", "12", "--minutes", "0.3"}, `"gain"`},
	} {
		r, err := b.command(nil, append(append([]string{"recommend"}, c.args...), "--json", "--quiet")...)
		if err != nil {
			return err
		}
		said := strings.Join(strings.Fields(r.out+r.err), " ")
		b.add("recommend "+c.args[0]+" --json", fmt.Sprintf("%.1f s, %.0f MB: %.80s", r.seconds, r.peakMB, said), "answers with "+c.want, r.code == 0 && strings.Contains(said, c.want))
	}
	return nil
}
