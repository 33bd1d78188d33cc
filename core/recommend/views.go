package recommend

import (
	"math"

	"shoptwin/core/tree"
)

// Classification is how well chances of yes or no were told.
type Classification struct {
	Cases     int     `json:"cases"`
	Positive  float64 `json:"positive"` // share of yes
	Accuracy  float64 `json:"accuracy"` // of saying yes from the threshold on
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	AUC       float64 `json:"auc"`     // see [tree.AUC]; NaN when all are the same
	LogLoss   float64 `json:"logLoss"` // in nats; chances count as at least 1e-7 from 0 and 1
	Brier     float64 `json:"brier"`   // mean squared error of the chances
	// ECE is the expected calibration error: over ten equal ranges of chances,
	// the mean distance of the mean chance to the share of yes (Naeini, Cooper
	// and Hauskrecht 2015).
	ECE       float64   `json:"ece"`
	Confusion [2][2]int `json:"confusion"` // [truth][said]
}

// Classify compares chances with what came, 0 or 1; both have the same length,
// which is above 0.
func Classify(chance, came []float64, threshold float64) Classification {
	c := Classification{Cases: len(chance)}
	var number, sum, yes [10]float64
	label := make([]float32, len(came))
	for i, p := range chance {
		y := came[i]
		label[i] = float32(y)
		said := 0
		if p >= threshold {
			said = 1
		}
		c.Confusion[int(y)][said]++
		q := min(max(p, 1e-7), 1-1e-7)
		c.LogLoss -= y*math.Log(q) + (1-y)*math.Log(1-q)
		c.Brier += (p - y) * (p - y)
		b := min(9, max(0, int(p*10)))
		number[b]++
		sum[b] += p
		yes[b] += y
	}
	n := float64(len(chance))
	c.LogLoss, c.Brier = c.LogLoss/n, c.Brier/n
	for b := range number {
		c.ECE += math.Abs(sum[b]-yes[b]) / n
	}
	right := float64(c.Confusion[1][1])
	positives, claims := float64(c.Confusion[1][0])+right, float64(c.Confusion[0][1])+right
	c.Positive, c.Accuracy = positives/n, (right+float64(c.Confusion[0][0]))/n
	if claims > 0 {
		c.Precision = right / claims
	}
	if positives > 0 {
		c.Recall = right / positives
	}
	if c.Precision+c.Recall > 0 {
		c.F1 = 2 * c.Precision * c.Recall / (c.Precision + c.Recall)
	}
	c.AUC = tree.AUC(chance, label)
	return c
}

// Regression is how far numbers were off.
type Regression struct {
	Cases int     `json:"cases"`
	MSE   float64 `json:"mse"`
	MAE   float64 `json:"mae"`
	R2    float64 `json:"r2"` // share of the variance explained
}

// Regress compares numbers with what came; both have the same length, which is
// above 0.
func Regress(said, came []float64) Regression {
	r := Regression{Cases: len(said)}
	label := make([]float32, len(came))
	for i, x := range said {
		d := x - came[i]
		r.MSE += d * d
		r.MAE += math.Abs(d)
		label[i] = float32(came[i])
	}
	n := float64(len(said))
	r.MSE, r.MAE, r.R2 = r.MSE/n, r.MAE/n, tree.R2(said, label)
	return r
}
