//go:build js

package recommend

import "shoptwin/core"

// A page reads what was learned and learns nothing: it is spared gonum's mat,
// a tenth of a megabyte.
func eigen([]float32, int) ([]float64, interface{ At(i, j int) float64 }, error) {
	return nil, nil, core.Errorf(core.Unsupported, "a page learns nothing: open the project in Shoptwin")
}
