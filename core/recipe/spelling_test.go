package recipe

import (
	"reflect"
	"testing"
)

func TestFingerprint(t *testing.T) {
	for in, want := range map[string]string{
		"  New   York ": "new york", "York, New": "new york", "Café  Noir!": "cafe noir", "ＡＢＣ　１２": "12 abc",
		"N.Y.": "ny", "O'Neil": "oneil", "上海 市": "上海 市", "Łódź": "lodz", "a-b": "a b", "—": "",
	} {
		if got := Fingerprint(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSpellings(t *testing.T) {
	for _, tt := range []struct {
		values []string
		counts []int64
		want   map[string]string
	}{
		{[]string{"New York", "new york", "York, New", "Newyork", "Boston"}, []int64{9, 3, 1, 1, 5}, map[string]string{"new york": "New York", "York, New": "New York", "Newyork": "New York"}},
		{[]string{"Manchester", "Manchestre", "Mancester", "Winchester"}, []int64{9, 1, 1, 4}, map[string]string{"Manchestre": "Manchester", "Mancester": "Manchester"}},
		{[]string{"Size 10 shirt", "Size 12 shirt", "size 10  shirt"}, []int64{4, 4, 2}, map[string]string{"size 10  shirt": "Size 10 shirt"}},
		{[]string{"red", "rad", "RED"}, []int64{2, 1, 2}, map[string]string{"red": "RED"}}, // too short to compare letters; equal counts: by order
		{[]string{"!", "?"}, []int64{1, 1}, map[string]string{}},
		{nil, nil, map[string]string{}},
	} {
		if got := Spellings(tt.values, tt.counts, 0); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q\ngot  %q\nwant %q", tt.values, got, tt.want)
		}
	}
	if got := Spellings([]string{"Manchester", "Manchestre"}, []int64{2, 1}, 1); len(got) != 0 {
		t.Errorf("letters were compared: %q", got)
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"上海", "上海市", 1}, {"abcdef", "uvwxyz", 4}} {
		if got := distance([]rune(tt.a), []rune(tt.b), 3); got != tt.want {
			t.Errorf("%q %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
