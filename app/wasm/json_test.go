package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// fill sets everything that v holds to something that is not zero, so that a
// field which the boundary forgets shows.
func fill(v reflect.Value, rng *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), rng)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+rng.IntN(3), 3))
		for i := range v.Len() {
			fill(v.Index(i), rng)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, rng)
		fill(value, rng)
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString([]string{"Müsli \"500 g\"\t", "a\\b/c", "苹果🍎", "plain"}[rng.IntN(4)] + fmt.Sprint(rng.IntN(100)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(1 + rng.IntN(1000)))
	case reflect.Float64:
		v.SetFloat((rng.Float64() - .5) * math.Pow(10, float64(rng.IntN(12)-4)))
	default:
		panic("fill does not know " + v.Type().String())
	}
}

// same says where two decoded values differ by more than the digits that are
// written; "" when they do not.
func same(a, b any, path string) string {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return fmt.Sprintf("%s: %.200v is not %.200v", path, a, b)
		}
		for k, v := range a {
			if d := same(v, b[k], path+"."+k); d != "" {
				return d
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return fmt.Sprintf("%s: %.200v is not %.200v", path, a, b)
		}
		for i, v := range a {
			if d := same(v, b[i], fmt.Sprintf("%s[%d]", path, i)); d != "" {
				return d
			}
		}
	case float64:
		if b, ok := b.(float64); !ok || math.Abs(a-b) > 1e-8*math.Abs(a) {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
	default:
		if a != b {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
	}
	return ""
}

// Whatever is in the values, the boundary writes what encoding/json would.
func TestWritesWhatEncodingJSONWrites(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var o promo.Outcome
		var d promo.Comparison
		var v promo.PanelView
		var c []promo.CurvePoint
		for _, tt := range []struct {
			name  string
			value any
			write func(*writer)
		}{
			{"Outcome", &o, func(w *writer) { w.outcome(&o) }},
			{"Comparison", &d, func(w *writer) { w.comparison(&d) }},
			{"PanelView", &v, func(w *writer) { w.panel(&v) }},
			{"CurvePoint", &c, func(w *writer) { w.curve(c) }},
		} {
			fill(reflect.ValueOf(tt.value).Elem(), rng)
			text, err := json.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			var w writer
			tt.write(&w)
			var want, got any
			if err := json.Unmarshal(w.b, &got); err != nil {
				t.Fatalf("%s: %v in %.300s", tt.name, err, w.b)
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if d := same(want, got, tt.name); d != "" {
				t.Error(d)
			}
		}
	}
}

func TestReadsWhatEncodingJSONWrites(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		var want promo.Plan
		fill(reflect.ValueOf(&want).Elem(), rng)
		text, err := json.MarshalIndent(want, " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{b: text}
		got := r.plan()
		if err := r.end(); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\nread  %+v\nwrote %+v", err, got, want)
		}
	}
}

func TestOddNumbersAndCells(t *testing.T) {
	var w writer
	w.object("", func() {
		w.n("none", math.NaN())
		w.n("far", math.Inf(-1))
		w.n("zero", math.Copysign(0, -1))
		w.n("small", 1e-300)
	})
	var got map[string]any
	if err := json.Unmarshal(w.b, &got); err != nil || got["none"] != nil || got["far"] != nil || got["zero"] != 0. || got["small"] != 1e-300 {
		t.Errorf("%s: %v %v", w.b, err, got)
	}

	w = writer{}
	w.rows(&table.Table{Columns: []*table.Column{table.NewText("a \"b\"", []string{"x\n", "\xff"}, nil), table.NewNumber("n", []float64{math.NaN(), 2.5})}})
	var page struct {
		Header []string
		Rows   [][]string
		Total  int
	}
	if err := json.Unmarshal(w.b, &page); err != nil {
		t.Fatalf("%v in %s", err, w.b)
	}
	if want := [][]string{{"x\n", ""}, {"�", "2.5"}}; !reflect.DeepEqual(page.Rows, want) || page.Header[0] != "a \"b\"" || page.Total != 2 {
		t.Errorf("%+v", page)
	}
}

// What the reader takes, encoding/json takes too, and reads the same.
func FuzzPlan(f *testing.F) {
	for _, s := range []string{askPlan, `{}`, ` {"offers":null}`, `{"offers":[{"item":"\ud83c\udf4e","week":1e0,"depth":-.5}]}`, `{"margins":{"a":0.1}} x`, `[`, `{"horizon":1,}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := &reader{b: text}
		got := r.plan()
		if r.end() != nil {
			return
		}
		if len(got.Offers) > len(text) || len(got.Items) > len(text) {
			t.Errorf("%q gives %+v", text, got)
		}
		var want promo.Plan
		if json.Unmarshal(text, &want) == nil && !reflect.DeepEqual(plain(got), plain(want)) {
			t.Errorf("%q: read %+v, encoding/json %+v", text, got, want)
		}
	})
}

// plain writes a plan so that nil and empty are the same.
func plain(p promo.Plan) string { b, _ := json.Marshal(p); return string(b) }
