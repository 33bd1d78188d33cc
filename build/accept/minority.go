package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"

	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// minority: a value that one row in a hundred has is made up to 30 % of the
// rows. A classifier that learns from them gains average precision on real
// rows set aside, or the report says that it does not.
func (b *bench) minority() error {
	seeds, engines := 3, []string{"tree", "gan"}
	tables := []struct{ name, column, value string }{{"adult", "income", ">50K"}, {"behaviour", "action", "purchase"}}
	if b.quick {
		seeds, engines, tables = 1, engines[:1], tables[:1]
	}
	files := map[string]cut{"adult": {train: b.adult("train.csv.gz"), holdout: b.adult("holdout.csv.gz")}}
	if !b.quick {
		cuts, err := b.cuts(context.Background(), func(table string, _ int, whole bool) bool { return table == "behaviour" && whole })
		if err != nil {
			return err
		}
		files["behaviour"] = cuts[0]
	}
	for _, t := range tables {
		for _, engine := range engines {
			if err := b.raised(files[t.name], t.name, t.column, t.value, engine, seeds); err != nil {
				return fmt.Errorf("%s by %s: %w", t.name, engine, err)
			}
		}
	}
	return nil
}

// raised judges one engine on one table whose rows with the value were thinned.
func (b *bench) raised(c cut, name, column, value, engine string, seeds int) error {
	var gain, beyond []float64
	said, honest := "", true
	for seed := 1; seed <= seeds; seed++ {
		train, holdout := filepath.Join(b.dir, "rare.csv"), filepath.Join(b.dir, "rare-holdout.csv")
		for from, to := range map[string]string{c.train: train, c.holdout: holdout} {
			if err := thin(from, to, column, value, .01, uint64(seed)); err != nil {
				return err
			}
		}
		var out struct {
			Upsampled []struct {
				Gain, GainLo, Beyond float64
				State                string
				Words                struct{ En string }
			}
		}
		if _, err := b.result(&out, "synth", train, "--holdout", holdout, "--engine", engine, "--balance", column+"="+value+":0.3",
			"--out", filepath.Join(b.dir, "raised.csv"), "--seed", strconv.Itoa(seed)); err != nil {
			return err
		}
		if len(out.Upsampled) != 1 {
			return fmt.Errorf("the report tells of %d upsamplings, expected 1", len(out.Upsampled))
		}
		u := out.Upsampled[0]
		gain, beyond, said = append(gain, u.Gain), append(beyond, u.Beyond), u.State
		// The words hang on the interval: "yes" and "watch" only where it is above 0.
		honest = honest && (u.State == "no") == (u.GainLo <= 0) && u.Words.En != ""
	}
	b.add(fmt.Sprintf("%s, %s=%s thinned to 1 %%, raised to 30 %% by %s: gain in average precision", name, column, value, engine),
		fmt.Sprintf("%+.3f over the real rows, %+.3f over repeating the rare ones; the report says %q", median(gain), median(beyond), said),
		"at least +.03, or the report says that it does not help", honest && (median(gain) >= .03 || said != "yes"))
	return nil
}

// thin writes the rows of a file with those of a value taken out by chance,
// until they are a share of all.
func thin(from, to, column, value string, share float64, seed uint64) error {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	if _, err := db.Import(ctx, "all", from, source.Options{Name: filepath.Base(from)}, nil); err != nil {
		return err
	}
	t, err := db.Columns(ctx, "all", nil)
	if err != nil {
		return err
	}
	c := t.Column(column)
	if c == nil || c.Kind != table.Text {
		return fmt.Errorf("%s has no column %q of words", from, column)
	}
	var others, own []int
	for i, code := range c.Codes {
		if code >= 0 && c.Levels[code] == value {
			own = append(own, i)
		} else {
			others = append(others, i)
		}
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	rng.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
	keep := append(others, own[:min(len(own), int(share/(1-share)*float64(len(others))))]...)
	rng.Shuffle(len(keep), func(i, j int) { keep[i], keep[j] = keep[j], keep[i] })
	return writeTable(to, t.Take(keep), plainCSV)
}
