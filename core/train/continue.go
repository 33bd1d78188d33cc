package train

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
)

// weightsOf returns the network's weights that a model keeps, matrix and bias
// of each layer in turn, nil if it has no network.
func weightsOf(m *synth.Model) (w [][]float32) {
	var net *nn.Net
	switch b := m.Body.(type) {
	case synth.Network:
		net = b.Net
	case synth.AnyOrder:
		net = b.Net
	default:
		return nil
	}
	for _, l := range net.Layers {
		w = append(w, l.Weights...)
	}
	return w
}

// goOn has t begin with the weights that a model was left with. What a model
// does not keep, as a discriminator, begins anew.
func (t *training) goOn(m *synth.Model) error {
	from := weightsOf(m)
	fits := len(from) == len(t.averaged)
	for i := range from {
		fits = fits && len(from[i]) == len(t.averaged[i].w)
	}
	if !fits {
		return core.Errorf(core.Invalid, "the model's network is not of the shape that this training has").
			WithHint("train on with the engine, width and depth that the model was trained with")
	}
	sum := sha256.New()
	sum.Write(t.print[:])
	for i, w := range from {
		copy(t.averaged[i].w, w)
		if t.decay != 0 {
			copy(t.mean[i], w)
		}
		binary.Write(sum, binary.LittleEndian, w)
	}
	t.print = [32]byte(sum.Sum(nil)) // a checkpoint belongs to these weights, too
	t.send()
	return nil
}

// Continued returns a configuration to train m on with: that of cfg, but for
// what is part of the model. Steps and rows a step are those of cfg; there is
// no warm-up, and half the learning rate, which keeps what was learned.
//
// It returns an error where m's engine has nothing that could be trained on.
func Continued(m *synth.Model, cfg synth.Config) (synth.Config, error) {
	old := m.Config.WithDefaults()
	if weightsOf(m) == nil || m.Guarantee != nil {
		return cfg, core.Errorf(core.Unsupported, "a model of the engine %q cannot be trained on", old.Engine).
			WithHint("train anew on the old and the new rows together: this engine takes seconds")
	}
	if cfg.Engine != "" && cfg.Engine != old.Engine {
		return cfg, core.Errorf(core.Invalid, "a model of the engine %q cannot be trained on by %q", old.Engine, cfg.Engine).WithHint("leave out the engine")
	}
	steps, batch := cfg.Steps, cfg.Batch
	cfg = old
	if steps > 0 {
		cfg.Steps = steps
	}
	if batch > 0 {
		cfg.Batch = batch
	}
	cfg.WarmUp, cfg.LearnRate = -1, slices.Min([]float64{old.LearnRate, synth.Config{Engine: old.Engine}.WithDefaults().LearnRate})/2
	return cfg, nil
}
