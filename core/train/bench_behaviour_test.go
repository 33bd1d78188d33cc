package train

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"shoptwin/core/recommend"
)

// moviesOf reads ML-1M's sequences, a user's on each line.
func moviesOf(b *testing.B) *recommend.Log {
	b.Helper()
	data := os.Getenv("SHOPTWIN_DATA")
	if !filepath.IsAbs(data) { // the Makefile's is as seen from the root
		data = filepath.Join("..", "..", data)
	}
	file, err := os.Open(filepath.Join(data, "ml1m", "train.txt.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		b.Skip("no real data: set SHOPTWIN_DATA")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	var all [][]int32
	items := 0
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s []int32
		for _, f := range strings.Fields(lines.Text()) {
			n, err := strconv.Atoi(f)
			if err != nil {
				b.Fatal(err)
			}
			s = append(s, int32(n))
			items = max(items, n+1)
		}
		all = append(all, s)
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return recommend.FromSequences(all, items)
}

// BenchmarkBehaviour is a step on ML-1M, build/bench/torch/behaviour.py: 32
// windows of 200 events, vectors and states of 128, softmax among 512 sampled
// items.
func BenchmarkBehaviour(b *testing.B) {
	cfg := recommend.BehaviourConfig{Dim: 128, Widths: []int{128}, Length: 200, Batch: 6400, Loss: "sampled", Dropout: .25}.WithDefaults()
	log := moviesOf(b)
	m, err := recommend.NewBehaviour(log, cfg)
	if err != nil {
		b.Fatal(err)
	}
	t := &behaviour{model: m, loss: cfg.Loss}
	var whole []recommend.History
	for c := range log.Customers { // as long as Python's, which pads nothing
		if h := log.History(c); len(h.Items) > cfg.Length {
			whole = append(whole, h.Slice(0, cfg.Length+1))
		}
	}
	t.windows = newWindows(m, whole, len(whole), false)
	if err := t.prepare(1, nil); err != nil {
		b.Fatal(err)
	}
	defer t.machine.Close()
	timeSteps(b, func(i int) error {
		_, err := t.step(i)
		return err
	})
}
