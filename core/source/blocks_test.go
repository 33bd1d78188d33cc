package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"shoptwin/core"
)

// inBlocks reads b as one block, beside reading it in blocks of a
// few bytes: the results are the same.
func inBlocks(t testing.TB, b []byte, opt Options, block int) {
	t.Helper()
	opt.block = 1 << 30
	want := read(t, bytes.NewReader(b), opt)
	opt.block = block
	got := read(t, bytes.NewReader(b), opt)
	if want.err != nil && got.err != nil && want.err.Error() == got.err.Error() {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%.300q in blocks of %d:\ngot  %.900s\nwant %.900s", b, block, fmt.Sprint(got), fmt.Sprint(want))
	}
}

// Rows, rejects, their lines and counts do not depend on where blocks end.
func TestBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	pieces := []string{"1", "22", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "NA", "x y", "\"a\nb\"", "\x00", "\xff", "苹", strings.Repeat("z", 60)}
	for range 1000 {
		text := "a,b\n"
		for range rng.IntN(40) {
			text += pieces[rng.IntN(len(pieces))]
		}
		inBlocks(t, []byte(text), Options{Delimiter: ',', Encoding: "utf-8", MaxLine: []int{50, 2000}[rng.IntN(2)]}, 1+rng.IntN(30))
	}
	// A quote that stays open over many lines, and over many blocks.
	inBlocks(t, []byte("a,b\n1,\"x\n"+strings.Repeat("2,y\n", 500)+"3,\"z\"\n"), Options{}, 50)
}

// Readings end at once when the sink or the input fails, and no goroutine
// stays; progress is told on the calling goroutine, to the last byte.
func TestBlocksEnd(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 5000)
	stop := errors.New("enough")
	rows := 0
	_, err := Read(context.Background(), strings.NewReader(text), Options{block: 100}, Sink{
		Header: func([]string) error { return nil }, Reject: func(Reject) error { return nil },
		Row: func(int64, [][]byte) error {
			if rows++; rows == 700 {
				return stop
			}
			return nil
		},
	}, nil)
	if !errors.Is(err, stop) || rows != 700 {
		t.Errorf("%v after %d rows", err, rows)
	}
	broken := io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("the disk is gone")))
	if got := read(t, broken, Options{block: 100}); got.err == nil || !strings.Contains(got.err.Error(), "the disk is gone") {
		t.Error(got.err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var done []int64
	_, err = Read(ctx, strings.NewReader(strings.Repeat(text, 100)), Options{block: 1 << 10, Size: int64(100 * len(text))}, Sink{
		Header: func([]string) error { return nil }, Reject: func(Reject) error { return nil }, Row: func(int64, [][]byte) error { return nil },
	}, func(p core.Progress) {
		if done = append(done, p.Done); p.Done > 1<<19 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(done) < 2 || done[len(done)-1] >= int64(100*len(text)) {
		t.Error(err, done)
	}
}

// A panic of a goroutine is one of the caller, who may survive it.
func TestBlocksPanic(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 5000)
	defer func() {
		if got := fmt.Sprint(recover()); got != "no" {
			t.Error(got)
		}
	}()
	_ = read(t, io.MultiReader(strings.NewReader(text), panicky{}), Options{block: 100, Encoding: "utf-8"})
}

type panicky struct{}

func (panicky) Read([]byte) (int, error) { panic("no") }
