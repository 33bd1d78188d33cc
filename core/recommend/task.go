package recommend

import "math"

// Task is what a [Behaviour] foretells of a customer in place of the next
// item.
type Task struct {
	Kind    string   `json:"kind"`              // yes: whether something happens; class: which of some; number: how much
	Classes []string `json:"classes,omitempty"` // of class

	// Of yes: probability = σ(Slope·logit + Offset), fitted on customers that
	// were not learned from (Platt 1999). Of number: number = e^(x)-1 where
	// Log is set, times Slope plus Offset otherwise.
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`
	Log    bool    `json:"log,omitempty"`
}

func (t *Task) outputs() int {
	if t.Kind == "class" {
		return len(t.Classes)
	}
	return 1
}

// Outputs is how many numbers a prediction has: the number of classes, or 1.
func (t *Task) Outputs() int { return t.outputs() }

// Predict returns len(h) x Task.Outputs numbers: the probability, the classes'
// probabilities, or the number. Task must be set.
func (b *Behaviour) Predict(h []History) []float32 {
	var all []float32
	for from := 0; from < len(h); from += statesAt {
		all = append(all, b.states(h[from:min(from+statesAt, len(h))])...)
	}
	b.Task.Apply(all)
	return all
}

// Apply turns the network's outputs into predictions, in place.
func (t *Task) Apply(x []float32) {
	switch t.Kind {
	case "class":
		n := t.outputs()
		for ; len(x) > 0; x = x[n:] {
			top, total := x[0], 0.
			for _, v := range x[:n] {
				top = max(top, v)
			}
			for i, v := range x[:n] {
				e := math.Exp(float64(v - top))
				x[i] = float32(e)
				total += e
			}
			for i := range x[:n] {
				x[i] = float32(float64(x[i]) / total)
			}
		}
	case "yes":
		for i, v := range x {
			x[i] = float32(1 / (1 + math.Exp(-t.Slope*float64(v)-t.Offset)))
		}
	default:
		for i, v := range x {
			if t.Log {
				x[i] = float32(max(0, math.Expm1(t.Slope*float64(v)+t.Offset)))
			} else {
				x[i] = float32(t.Slope*float64(v) + t.Offset)
			}
		}
	}
}
