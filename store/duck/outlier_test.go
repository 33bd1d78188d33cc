package duck

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestOutliers(t *testing.T) {
	const six = "a,b\n1,x\n2,x\n3,x\n4,x\n5,x\n1000,x\n,x\n"
	try(t, nil, []tried{
		{"quartiles", six, `{"do": "outliers", "columns": ["a"]}`, "a|b\n1|x\n2|x\n3|x\n4|x\n5|x\n|x", "1 rows were dropped as outliers: a outside -1.5 to 8.5"},
		{"median distance", six, `{"do": "outliers", "columns": ["a"], "by": "mad", "then": "clip"}`, "a|b\n1|x\n2|x\n3|x\n4|x\n5|x\n11|x\n|x", "1 cells were moved to the limit: a outside -4 to 11"},
		{"no spread, no outlier", "a,b\n1,x\n1,x\n1,x\n9,x\n", `{"do": "outliers", "columns": ["a"], "by": "mad"}`, "a|b\n1|x\n1|x\n1|x\n9|x", "0 rows were dropped"},
		{"range, marked", "a,b\n1,x\n-3,x\n,y\n", `{"do": "outliers", "columns": ["a"], "by": "range", "min": 0, "then": "mark", "as": "odd"}`, "a|b|odd\n1|x|false\n-3|x|true\n|y|false", "1 rows were marked in odd: a below 0"},
		{"range without limits", six, `{"do": "outliers", "columns": ["a"], "by": "range"}`, "", "there are no limits"},
		{"text", six, `{"do": "outliers", "columns": ["b"]}`, "", "holds text"},
		{"nothing to clip", six, `{"do": "outliers", "columns": ["a"], "by": "forest", "then": "clip"}`, "", "nothing to clip"},
	})
}

// Rows that are odd only as pairs stand out for the forest, and are the same
// ones again.
func TestForest(t *testing.T) {
	db := open(t, "")
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("x,y,z\n")
	for i := range 2000 {
		v := rng.NormFloat64()
		w := v + 0.05*rng.NormFloat64()
		if i%100 == 17 {
			w = -4 * v / max(v, -v) // against the trend
		}
		fmt.Fprintf(&b, "%.4f,%.4f,%d\n", v, w, i)
	}
	const step = `{"do": "outliers", "columns": ["x", "y"], "by": "forest", "share": 0.02, "then": "mark"}`
	rows, effects := ran(t, db, b.String(), step)
	found, wrong := 0, 0
	for i, r := range rows {
		switch {
		case r[3] == "true" && i%100 == 17:
			found++
		case r[3] == "true":
			wrong++
		}
	}
	if found < 16 || wrong > 25 || effects[0].CellsChanged < 30 || effects[0].CellsChanged > 50 {
		t.Errorf("%d of 20 found, %d others, %+v", found, wrong, effects[0])
	}
	if again, _ := ran(t, db, b.String(), step); fmt.Sprint(again) != fmt.Sprint(rows) {
		t.Error("another run marks other rows")
	}
}
