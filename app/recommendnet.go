package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/train"
	"shoptwin/store"
)

// network is a trained method of the comparison.
type network struct {
	name   string
	epochs int // that it usually takes
	fit    func(ctx context.Context, l *recommend.Log, epochs int, opt train.Options, report func(core.Progress)) (recommend.Scorer, error)
	read   func(io.Reader) (recommend.Scorer, error)
}

func behaviourNetwork(name, body string) network {
	return network{name, 20,
		func(ctx context.Context, l *recommend.Log, epochs int, opt train.Options, report func(core.Progress)) (recommend.Scorer, error) {
			m, err := train.Behaviour(ctx, l, nil, recommend.BehaviourConfig{Body: body, Epochs: epochs}, rand.New(rand.NewPCG(1, 1)), opt, report)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
		func(r io.Reader) (recommend.Scorer, error) { return recommend.ReadBehaviour(r) }}
}

// networks in the order in which the minutes are spent on them.
var networks = []network{
	behaviourNetwork("LSTM", "lstm"),
	{"LightGCN", 10,
		func(ctx context.Context, l *recommend.Log, epochs int, opt train.Options, report func(core.Progress)) (recommend.Scorer, error) {
			m, err := train.LightGCN(ctx, l, recommend.LightGCNConfig{Epochs: epochs}, rand.New(rand.NewPCG(1, 1)), opt, report)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
		func(r io.Reader) (recommend.Scorer, error) { return recommend.ReadVectors(r) }},
	behaviourNetwork("self-attention", "attention"),
}

// fits are how often a network is trained: to choose the weights of mixtures,
// to be examined, and on all events, if it is the best.
const fits = 3

// learners returns the networks that take part: those that learn something in
// an equal share of the minutes, each timed on its first steps. What was left
// out, and why, is in notes; k, if not nil, keeps trainings that are stopped.
func learners(ctx context.Context, l *recommend.Log, minutes float64, k *keptFits, report func(core.Progress)) (families []recommend.Family, notes []string, err error) {
	if minutes <= 0 {
		return nil, []string{"networks were not tried: no minutes were given for them"}, nil
	}
	each := 60 * minutes / float64(len(networks)*fits)
	for i, n := range networks {
		if report != nil {
			report(core.Progress{Stage: "choose", Done: int64(i), Total: int64(len(networks)), Unit: "methods", Note: n.name})
		}
		epochs, err := n.within(ctx, l, each, k)
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil: // what cannot be learned must not stand in the way of the others
			notes = append(notes, fmt.Sprintf("%s was not tried: %v", n.name, err))
			continue
		case epochs == 0:
			notes = append(notes, fmt.Sprintf("%s was not tried: one pass over the events takes longer than its share of %g minutes", n.name, minutes))
			continue
		case epochs < n.epochs:
			notes = append(notes, fmt.Sprintf("%s took %d passes over the events, not %d: that is what %g minutes allow", n.name, epochs, n.epochs, minutes))
		}
		m := recommend.Method{Name: n.name, Network: true, Fit: func(ctx context.Context, l *recommend.Log, _ func(core.Progress)) (recommend.Scorer, error) {
			return n.learn(ctx, l, epochs, k, report) // the comparison tells of methods, not of steps
		}}
		families = append(families, recommend.Family{Name: n.name, Tries: []recommend.Method{m}})
	}
	return families, notes, nil
}

// within says how many passes over the events the seconds allow, at most the
// usual number; 0 when not even one.
func (n network) within(ctx context.Context, l *recommend.Log, seconds float64, k *keptFits) (int, error) {
	if epochs, ok := k.epochs(n.name); ok {
		return epochs, nil
	}
	pilot, stop := context.WithCancel(ctx)
	defer stop()
	begun := time.Now()
	var first, last time.Time
	var a, b, total int64
	_, err := n.fit(pilot, l, n.epochs, train.Options{}, func(p core.Progress) {
		now := time.Now()
		if p.Stage != "train" || p.Done == 0 {
			return
		}
		if first.IsZero() {
			first, a = now, p.Done
		}
		last, b, total = now, p.Done, p.Total
		if p.Done >= pilotSteps && b > a || now.Sub(begun).Seconds() > seconds {
			stop()
		}
	})
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return 0, err
	}
	epochs := n.epochs
	if b > a {
		step := last.Sub(first).Seconds() / float64(b-a)
		left := seconds - first.Sub(begun).Seconds()
		epochs = min(epochs, max(0, int(left/step*float64(n.epochs)/float64(total))))
	} else if err != nil { // not even two reports in its time
		epochs = 0
	}
	return epochs, k.plan(n.name, epochs)
}

// learn trains, or goes on where a training was stopped, or reads what an
// earlier one of the same request has learned.
func (n network) learn(ctx context.Context, l *recommend.Log, epochs int, k *keptFits, report func(core.Progress)) (recommend.Scorer, error) {
	var opt train.Options
	key := fmt.Sprintf("%s of %d events", n.name, l.Events())
	if done, b := k.load(key); done {
		if s, err := n.read(bytes.NewReader(b)); err == nil {
			return s, nil
		}
	} else if b != nil {
		opt.Resume = b
	}
	if k.keeps() {
		opt.Every, opt.Save = 200, func(b []byte) error { return k.save(key, false, b) }
	}
	tell := report
	if report != nil {
		tell = func(p core.Progress) { p.Note = n.name; report(p) }
	}
	s, err := n.fit(ctx, l, epochs, opt, tell)
	if opt.Resume != nil && core.KindOf(err) == core.Invalid { // of another version
		opt.Resume = nil
		s, err = n.fit(ctx, l, epochs, opt, tell)
	}
	if err != nil {
		return nil, err
	}
	if k.keeps() {
		var file bytes.Buffer
		if w, ok := s.(interface{ Write(io.Writer) error }); ok && w.Write(&file) == nil {
			if err := k.save(key, true, file.Bytes()); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// keptFits keeps what the networks of one request have learned so far, so that
// a job that was stopped goes on when the same request comes again. nil and
// one without an app keep nothing; given is how many passes networks take, where
// that was found out before.
type keptFits struct {
	app  *App
	p    store.Project
	d    Dataset
	meta []byte // of the request

	given map[string]int
}

func (k *keptFits) keeps() bool { return k != nil && k.app != nil }

// fitMeta tells checkpoints apart.
type fitMeta struct {
	Request json.RawMessage
	Of      string // network and log, or the plan of a network
	Done    bool
	Epochs  int
}

func (a *App) keptFits(p store.Project, d Dataset, req RecommendRequest) (*keptFits, error) {
	meta, err := json.Marshal(struct {
		Recommend RecommendRequest
		SHA256    string
		ID        string
	}{req, d.SHA256, d.ID})
	return &keptFits{app: a, p: p, d: d, meta: meta}, err
}

// find returns the record of that name.
func (k *keptFits) find(of string) (rec store.Record, m fitMeta, ok bool) {
	all, err := k.app.store.List(k.p.ID, kindPause)
	if err != nil {
		return rec, m, false
	}
	for _, r := range all {
		m = fitMeta{}
		if json.Unmarshal(r.Meta, &m) == nil && m.Of == of && bytes.Equal(m.Request, k.meta) {
			return r, m, true
		}
	}
	return rec, m, false
}

func (k *keptFits) put(of string, done bool, epochs int, b []byte) error {
	rec, _, _ := k.find(of)
	meta, err := json.Marshal(fitMeta{k.meta, of, done, epochs})
	if err != nil {
		return err
	}
	rec.Project, rec.Kind, rec.Name, rec.Meta, rec.Parents = k.p.ID, kindPause, k.d.Name, meta, []string{k.d.ID}
	_, err = k.app.store.PutBytes(rec, bytes.NewReader(b))
	return err
}

func (k *keptFits) epochs(name string) (int, bool) {
	if !k.keeps() {
		if k == nil || k.given == nil {
			return 0, false
		}
		return k.given[name], true
	}
	_, m, ok := k.find("plan of " + name)
	return m.Epochs, ok
}

func (k *keptFits) plan(name string, epochs int) error {
	if !k.keeps() {
		return nil
	}
	return k.put("plan of "+name, true, epochs, nil)
}

func (k *keptFits) save(of string, done bool, b []byte) error { return k.put(of, done, 0, b) }

// load returns what was kept: a checkpoint, or with done what was learned.
func (k *keptFits) load(of string) (done bool, b []byte) {
	if !k.keeps() {
		return false, nil
	}
	rec, m, ok := k.find(of)
	if !ok {
		return false, nil
	}
	r, err := k.app.store.OpenBytes(k.p.ID, rec.ID)
	if err != nil {
		return false, nil
	}
	defer r.Close()
	if b, err = io.ReadAll(r); err != nil {
		return false, nil
	}
	return m.Done, b
}

// passes says how many each network took that was timed; nil for none.
func (k *keptFits) passes() map[string]int {
	out := map[string]int{}
	for _, n := range networks {
		if epochs, ok := k.epochs(n.name); ok {
			out[n.name] = epochs
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// drop forgets all of the request.
func (k *keptFits) drop() {
	if !k.keeps() {
		return
	}
	all, _ := k.app.store.List(k.p.ID, kindPause)
	for _, r := range all {
		var m fitMeta
		if json.Unmarshal(r.Meta, &m) == nil && bytes.Equal(m.Request, k.meta) {
			k.app.store.Delete(k.p.ID, kindPause, r.ID)
		}
	}
}
