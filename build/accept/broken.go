package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// broken: files of every format, damaged in many ways by a seeded mutation.
// Each is read, or refused with words and a way out: no panic, no hang, no
// memory beyond bounds, and every row is kept or set aside.
func (b *bench) broken() error {
	dir := filepath.Join(b.dir, "broken")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	sound, err := b.soundFiles(dir)
	if err != nil {
		return err
	}
	each := 60
	if b.quick {
		each = 12
	}
	rng := rand.New(rand.NewPCG(7, 7))
	var (
		mu             sync.Mutex // guards what follows
		bad            []string
		files, refused int
		slowest, most  float64
		failed         error
		wg             sync.WaitGroup
		turn           = make(chan struct{}, 2)
	)
	try := func(path string, content []byte) {
		defer wg.Done()
		defer func() { <-turn }()
		ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
		r, err := run(ctx, nil, "", b.bin, "profile", path, "--quiet", "--json")
		stop()
		_ = os.Remove(path)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = err
			return
		}
		files++
		slowest, most = max(slowest, r.seconds), max(most, r.peakMB)
		said := strings.TrimSpace(r.err)
		ok := r.code == 0 && strings.Contains(r.out, `"rows"`) ||
			r.code == 1 && strings.Contains(said, "→") && strings.Contains(said, filepath.Base(path)) && !strings.Contains(said, "goroutine") && !strings.Contains(said, "panic")
		if r.code == 1 {
			refused++
		}
		if !ok || r.seconds > 10 || r.peakMB > 1500 {
			if len(bad) < 5 {
				bad = append(bad, fmt.Sprintf("%s: exit %d, %.1f s, %.0f MB: %s", filepath.Base(path), r.code, r.seconds, r.peakMB, said[:min(len(said), 400)]))
			}
			_ = os.WriteFile(filepath.Join(os.TempDir(), "shoptwin-broken-"+filepath.Base(path)), content, 0o600) // to look at
		}
	}
	for _, s := range sound {
		for k := range each {
			content := damaged(s.content, k, rng)
			path := filepath.Join(dir, fmt.Sprintf("damaged-%d.%s", k, s.ending))
			if err := os.WriteFile(path, content, 0o600); err != nil {
				return err
			}
			turn <- struct{}{}
			wg.Add(1)
			go try(path, content)
		}
	}
	wg.Wait()
	b.timed("broken files of every format", fmt.Sprintf("%d files, %d refused, the others read; %.1f s and %.0f MB at most; not as they should: %q", files, refused, slowest, most, bad),
		"no crash, under 10 s and 1,500 MB, always words and a way out", len(bad) == 0 && files == each*len(sound))
	return failed
}

type soundFile struct {
	ending  string
	content []byte
}

// soundFiles is one table in every format.
func (b *bench) soundFiles(dir string) ([]soundFile, error) {
	var text strings.Builder
	text.WriteString("id,city,qty,day\n")
	for i := range 120 {
		fmt.Fprintf(&text, "%d,\"%s, x\",%d.5,2024-03-%02d\n", i, []string{"北京", "Lyon", "Köln"}[i%3], i%9, 1+i%28)
	}
	csv := text.String()
	home, plain := filepath.Join(dir, "home"), filepath.Join(dir, "sound.csv")
	if err := os.WriteFile(plain, []byte(csv), 0o600); err != nil {
		return nil, err
	}
	var reply map[string]any
	if _, err := b.result(&reply, "import", plain, "--project", "p", "--as", "sound", "--home", home); err != nil {
		return nil, err
	}
	gbk, err := recoded(strings.ReplaceAll(csv, "Köln", "广州"), "gbk")
	if err != nil {
		return nil, err
	}
	wide, err := recoded(csv, "utf-16")
	if err != nil {
		return nil, err
	}
	var xml strings.Builder
	for i := range 80 {
		fmt.Fprintf(&xml, `<o id="%d"><city>北京 &amp; x</city><l sku="a"/><l sku="b"/></o>`, i)
	}
	out := []soundFile{{"csv", []byte(csv)}, {"gbk.csv", gbk}, {"utf16.csv", wide}, {"csv.gz", packed(csv)}, {"zip", zipped("a.csv", csv, "b.csv", csv)}, {"xml", []byte("<orders>" + xml.String() + "</orders>")}}
	for _, ending := range []string{"tsv", "json", "jsonl", "xlsx", "parquet", "sqlite"} {
		path := filepath.Join(dir, "sound."+ending)
		if _, err := b.result(&reply, "export", "--project", "p", "--dataset", "sound", "--out", path, "--home", home); err != nil {
			return nil, err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		out = append(out, soundFile{ending, content})
	}
	return out, nil
}

// damaged is content with one kind of damage, which k chooses.
func damaged(content []byte, k int, rng *rand.Rand) []byte {
	out := append([]byte{}, content...)
	at := func() int { return rng.IntN(len(out)) }
	span := func() (int, int) {
		lo := at()
		return lo, min(len(out), lo+1+rng.IntN(200))
	}
	switch k % 12 {
	case 0: // cut short
		out = out[:at()]
	case 1: // some bits flipped
		for range 1 + rng.IntN(20) {
			out[at()] ^= 1 << rng.IntN(8)
		}
	case 2: // a piece of zeros
		lo, hi := span()
		clear(out[lo:hi])
	case 3: // a piece of noise
		lo, hi := span()
		for i := lo; i < hi; i++ {
			out[i] = byte(rng.Uint32())
		}
	case 4: // a piece is missing
		lo, hi := span()
		out = append(out[:lo], out[hi:]...)
	case 5: // a piece comes many times
		lo, hi := span()
		piece := append([]byte{}, out[lo:hi]...)
		for range 50 {
			out = append(out[:lo], append(append([]byte{}, piece...), out[lo:]...)...)
		}
	case 6: // the head is damaged
		for range 1 + rng.IntN(4) {
			out[rng.IntN(min(len(out), 64))] = byte(rng.Uint32())
		}
	case 7: // the tail is
		for range 1 + rng.IntN(4) {
			out[len(out)-1-rng.IntN(min(len(out), 64))] = byte(rng.Uint32())
		}
	case 8: // signs that mean something
		for range 1 + rng.IntN(20) {
			const signs = "\",;\n\r\t{}[]<>&'\x00=-"
			out[at()] = signs[rng.IntN(len(signs))]
		}
	case 9: // large numbers where sizes may stand
		for range 1 + rng.IntN(3) {
			lo := at()
			for i := lo; i < min(len(out), lo+4); i++ {
				out[i] = 0xff
			}
		}
	case 10: // two files in one
		out = append(out, out[at():]...)
	case 11: // lines in other order, as far as there are lines
		lo, hi := span()
		for i, j := lo, hi-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	if len(out) == 0 {
		out = []byte{'\n'}
	}
	return out
}
