package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/recommend"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// trainer is one kind of training as the contract sees it. fit trains a small
// model on made data, other data when other is set, and returns the model's
// weights as bytes, nil without a model.
type trainer struct {
	name string
	fit  func(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error)
}

// trainers are all there are: who adds one adds it here.
var trainers = []trainer{
	{"GAN", fitShop(GAN)},
	{"autoregressive", fitShop(Autoregressive)},
	{"VAE", fitShop(VAE)},
	{"dense regressor", fitRegressor(denseBody)},
	{"LSTM regressor", fitRegressor(lstmBody)},
	{"sequences", fitSequences},
	{"policy", fitPolicy},
	{"PPO", fitActor},
	{"SAGE", fitKinds},
	{"LightGCN", fitCircles(recommend.LightGCNConfig{})},
	{"LightGCN by pairs", fitCircles(recommend.LightGCNConfig{Loss: "bpr", Random: true})},
	{"behaviour LSTM", fitWalks(recommend.BehaviourConfig{Widths: []int{6}})},
	{"behaviour attention", fitWalks(recommend.BehaviourConfig{Body: "attention", Blocks: 1, Loss: "gbce", Negatives: 5})},
}

type fitter func(context.Context, *table.Table, synth.Config, *rand.Rand, Options, func(core.Progress)) (*synth.Model, error)

func fitShop(fit fitter) func(context.Context, uint64, bool, Options, func(core.Progress)) ([]byte, error) {
	return func(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
		n := 700
		if other {
			n++
		}
		m, err := fit(ctx, shopTable(n), small, rand.New(rand.NewPCG(seed, 4)), opt, report)
		if m == nil {
			return nil, err
		}
		switch b := m.Body.(type) {
		case synth.Network:
			return written(b.Net), err
		case synth.AnyOrder:
			return written(b.Net), err
		}
		panic("a body of another kind")
	}
}

func written(n *nn.Net) []byte {
	var b bytes.Buffer
	if err := n.Write(&b, nn.Float32); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestContract(t *testing.T) {
	for _, tr := range trainers {
		t.Run(tr.name, func(t *testing.T) {
			c := contract{T: t, trainer: tr}
			c.want = c.train(3, Options{}, nil)
			t.Run("progress", c.progress)
			t.Run("threads", c.threads)
			t.Run("seeds", c.seeds)
			t.Run("at once", c.atOnce)
			t.Run("resume", c.resume)
			t.Run("refuse", c.refuse)
			t.Run("cancel", c.cancel)
			t.Run("full disk", c.fullDisk)
			t.Run("device", c.device)
		})
	}
}

type contract struct {
	*testing.T
	trainer
	want []byte // the weights of seed 3
}

func (c contract) train(seed uint64, opt Options, report func(core.Progress)) []byte {
	c.Helper()
	m, err := c.fit(context.Background(), seed, false, opt, report)
	if err != nil || m == nil {
		c.Fatalf("no model: %v", err)
	}
	return m
}

// progress counts up to its total and carries finite losses.
func (c contract) progress(t *testing.T) {
	last := core.Progress{}
	c.train(3, Options{}, func(p core.Progress) {
		if p.Stage != "train" || p.Unit != "steps" || p.Done <= last.Done || p.Done > p.Total || last.Total != 0 && p.Total != last.Total {
			t.Fatalf("%+v follows %+v", p, last)
		}
		if len(p.Value) == 0 {
			t.Fatalf("no losses in %+v", p)
		}
		for name, v := range p.Value {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s is %g at step %d", name, v, p.Done)
			}
		}
		last = p
	})
	if last.Done == 0 {
		t.Error("it reported nothing")
	}
}

// threads must not change a bit.
func (c contract) threads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(n)
		if !bytes.Equal(c.train(3, Options{}, nil), c.want) {
			t.Errorf("%d threads give other weights", n)
		}
	}
}

func (c contract) seeds(t *testing.T) {
	if bytes.Equal(c.train(5, Options{}, nil), c.want) {
		t.Error("another seed gives the same weights")
	}
}

// atOnce trains four models at the same time: nothing may be shared. With
// -race it finds what Gorgonia shares.
func (c contract) atOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			m, err := c.fit(context.Background(), 3, false, Options{}, nil)
			if err != nil || !bytes.Equal(m, c.want) {
				t.Errorf("a training beside others differs (%v)", err)
			}
		})
	}
	all.Wait()
}

// checkpoints returns what is saved every few steps.
func (c contract) checkpoints(t *testing.T, every int) (points [][]byte) {
	c.train(3, Options{Every: every, Save: func(b []byte) error { points = append(points, b); return nil }}, nil)
	if len(points) < 3 {
		t.Fatalf("%d checkpoints", len(points))
	}
	return points
}

// resume from any checkpoint ends with the same weights; the seed is the
// checkpoint's.
func (c contract) resume(t *testing.T) {
	for i, b := range c.checkpoints(t, 11) {
		if !bytes.Equal(c.train(9, Options{Resume: b}, nil), c.want) {
			t.Errorf("resumed after %d steps, the weights differ", 11*(i+1))
		}
	}
}

func (c contract) refuse(t *testing.T) {
	point := c.checkpoints(t, 11)[0]
	spoilt := slices.Clone(point)
	spoilt[90] ^= 1
	version := slices.Clone(point)
	version[7]++
	for _, tt := range []struct {
		name   string
		resume []byte
		other  bool
		say    string
	}{
		{"cut off", point[:len(point)-5], false, "SHA-256"},
		{"short", point[:20], false, "cut off"},
		{"empty", []byte{}, false, "cut off"},
		{"damaged", spoilt, false, "SHA-256"},
		{"another version", version, false, "version"},
		{"other data", point, true, "another table"},
	} {
		_, err := c.fit(context.Background(), 3, tt.other, Options{Resume: tt.resume}, nil)
		if core.KindOf(err) != core.Invalid || !strings.Contains(fmt.Sprint(err), tt.say) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// cancel stops before the next step and saves what resumes.
func (c contract) cancel(t *testing.T) {
	for _, at := range []int64{1, 30} {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		last := int64(0)
		var saved []byte
		_, err := c.fit(ctx, 3, false, Options{Save: func(b []byte) error { saved = b; return nil }, Every: 1000}, func(p core.Progress) {
			last = p.Done
			if p.Done >= at {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) || core.KindOf(err) != core.Cancelled {
			t.Fatalf("cancelled at step %d: %v", at, err)
		}
		if last > at {
			t.Errorf("cancelled at step %d, still at work at step %d", at, last)
		}
		if !bytes.Equal(c.train(3, Options{Resume: saved}, nil), c.want) {
			t.Errorf("cancelled at step %d and resumed: other weights", at)
		}
	}
}

func (c contract) fullDisk(t *testing.T) {
	full := errors.New("disk full")
	if _, err := c.fit(context.Background(), 3, false, Options{Every: 5, Save: func([]byte) error { return full }}, nil); !errors.Is(err, full) {
		t.Errorf("an error of Save gives %v", err)
	}
}

// device trains with memory of its own: the host's copies are NaN until they
// are fetched, and what the host writes counts when it is sent. A device with
// a processor of its own needs no more than this.
func (c contract) device(t *testing.T) {
	apart := &apart{Device: nn.CPU, memory: map[*float32][]float32{}}
	if !bytes.Equal(c.train(3, Options{Device: apart}, nil), c.want) {
		t.Error("a device with memory of its own gives other weights")
	}
	if apart.calls == 0 {
		t.Error("nothing was computed on the device")
	}
	var points [][]byte
	c.train(3, Options{Device: apart, Every: 11, Save: func(b []byte) error { points = append(points, b); return nil }}, nil)
	if !bytes.Equal(c.train(9, Options{Resume: points[1]}, nil), c.want) {
		t.Error("a checkpoint of that device gives other weights")
	}
}
