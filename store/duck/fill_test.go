package duck

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFillByGroup(t *testing.T) {
	try(t, nil, []tried{
		{"mean per key", "k,x\na,1.0\na,2.0\na,\nb,8.0\nb,\n,\n,4.0\nc,\n", `{"do": "fill", "columns": ["x"], "with": "mean", "per": ["k"]}`,
			"k|x\na|1.0\na|2.0\na|1.5\nb|8.0\nb|8.0\n|4.0\n|4.0\nc|3.8", "x: 4 cells with the mean of their k, or where that is missing the mean, 3.8"},
		{"mode per two keys", "k,l,x\na,1,p\na,1,q\na,1,q\na,1,\na,2,p\na,2,\n", `{"do": "fill", "columns": ["x"], "with": "mode", "per": ["k", "l"]}`,
			"k|l|x\na|1|p\na|1|q\na|1|q\na|1|q\na|2|p\na|2|p", "mode of their k, l"},
		{"interpolate per key", "k,t,x\na,1,1\nb,1,100\na,2,\nb,2,\na,3,3\nb,3,300\n", `{"do": "fill", "columns": ["x"], "with": "interpolate", "order": "t", "per": ["k"]}`,
			"k|t|x\na|1|1\nb|1|100\na|2|2\nb|2|200\na|3|3\nb|3|300", "by t within k"},
		{"previous", "k,t,x\na,2,\na,1,p\nb,1,\nb,2,r\n", `{"do": "fill", "columns": ["x"], "with": "previous", "order": "t", "per": ["k"]}`,
			"k|t|x\na|2|p\na|1|p\nb|1|\nb|2|r", "1 cells with the value before by t within k"},
		{"a key that is filled", "k,x\na,1\nb,\n", `{"do": "fill", "columns": ["x"], "with": "mean", "per": ["x"]}`, "", "stands in columns and in per"},
	})
}

// What SQL fills is what a plain loop finds.
func TestFillProperty(t *testing.T) {
	db := open(t, "")
	for seed := range uint64(3) {
		text, rows := random(seed, 300)
		groups := map[string][]float64{}
		for _, r := range rows {
			if x, err := strconv.ParseFloat(r[2], 64); err == nil {
				groups[r[0]] = append(groups[r[0]], x)
			}
		}
		mean := func(x []float64) float64 {
			total := 0.0
			for _, v := range x {
				total += v
			}
			return total / float64(len(x))
		}
		median := func(x []float64) float64 {
			slices.Sort(x)
			return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
		}
		for with, f := range map[string]func([]float64) float64{"mean": mean, "median": median} {
			got, _ := ran(t, db, text, fmt.Sprintf(`{"do": "fill", "columns": ["x"], "with": %q, "per": ["k"]}`, with))
			for i, r := range rows {
				want := f(groups[r[0]])
				if r[2] != "" {
					want, _ = strconv.ParseFloat(r[2], 64)
				}
				if x, err := strconv.ParseFloat(got[i][2], 64); err != nil || math.Abs(x-want) > 0.00501 {
					t.Fatalf("seed %d, %s, row %d: %q, want %v", seed, with, i, got[i][2], want)
				}
			}
		}
	}
}

// A model that sees the other columns fills better than the mean.
func TestFillByModel(t *testing.T) {
	db := open(t, "")
	var b strings.Builder
	b.WriteString("city,size,price,kind\n")
	truth := map[int]float64{}
	for i := range 3000 {
		price := float64(i%7)*10 + float64(i%3)
		kind := []string{"low", "high"}[b2i(i%7 > 3)]
		cell := fmt.Sprintf("%.2f", price)
		if i%11 == 0 {
			truth[i], cell = price, ""
		}
		if i%13 == 0 {
			kind = ""
		}
		fmt.Fprintf(&b, "c%d,%d,%s,%s\n", i%7, i%3, cell, kind)
	}
	rows, effects := ran(t, db, b.String(), `{"do": "fill", "columns": ["price"], "with": "model", "using": ["city", "size"]}, {"do": "fill", "columns": ["kind"], "with": "model"}`)
	miss := 0.0
	for i, want := range truth {
		x, err := strconv.ParseFloat(rows[i][2], 64)
		if err != nil {
			t.Fatalf("row %d: %q", i, rows[i][2])
		}
		miss = max(miss, math.Abs(x-want))
	}
	wrong := 0
	for i, r := range rows {
		if r[3] != []string{"low", "high"}[b2i(i%7 > 3)] {
			wrong++
		}
	}
	if miss > 1 || wrong > 0 || effects[0].CellsChanged != int64(len(truth)) || !strings.Contains(effects[0].Say, "what a model of city, size and 2727 rows expects") {
		t.Errorf("off by %v, %d levels wrong, %+v", miss, wrong, effects[0])
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
