package encode

import (
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// Times keep their grain, opening hours, weekdays and closed days.
func TestDecodeKeepsTimes(t *testing.T) {
	const rows, day0 = 20000, 19723 // 2024-01-01, a Monday
	holiday := func(day int) bool { return day == day0+120 || day == day0+359 }
	anyDay := func(r *rand.Rand, days int) int {
		for {
			// Saturdays are busy, Sundays closed.
			d := r.IntN(days)
			if w := d % 7; w == 6 || w != 5 && r.IntN(2) == 0 || holiday(day0+d) {
				continue
			}
			return day0 + d
		}
	}
	for _, tt := range []struct {
		name  string
		draw  func(r *rand.Rand) float64
		grain float64 // every time is a multiple, in seconds
		parts int
		open  func(day, second int) bool
	}{
		{"dates", func(r *rand.Rand) float64 { return 86400 * float64(anyDay(r, 30)) }, 86400, 1,
			func(day, second int) bool { return (day-day0)%7 != 6 }},
		{"a year of dates", func(r *rand.Rand) float64 { return 86400 * float64(anyDay(r, 366)) }, 86400, 2,
			func(day, second int) bool { return (day-day0)%7 != 6 && !holiday(day) }},
		{"weekly", func(r *rand.Rand) float64 { return 7 * 86400 * float64(2818+r.IntN(150)) }, 86400, 1,
			func(day, second int) bool { return day%7 == 0 }},
		{"hours", func(r *rand.Rand) float64 { return 86400*float64(anyDay(r, 366)) + 3600*float64(9+r.IntN(9)) }, 3600, 3,
			func(day, second int) bool { return second >= 9*3600 && second <= 17*3600 && (day-day0)%7 != 6 }},
		{"minutes of one day", func(r *rand.Rand) float64 { return 86400*day0 + 60*float64(480+r.IntN(600)) }, 60, 2,
			func(day, second int) bool { return day == day0 && second >= 480*60 && second < 1080*60 }},
		{"to the second, before 1970", func(r *rand.Rand) float64 { return -math.Floor(1e8 * r.Float64()) }, 1, 2,
			func(day, second int) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := source(9)
			x := make([]float64, rows)
			for i := range x {
				if x[i] = tt.draw(r); r.IntN(20) == 0 {
					x[i] = math.NaN()
				}
			}
			tab := &table.Table{Columns: []*table.Column{table.NewTime("t", "", x)}}
			e, out := roundTrip(t, tab, Config{})
			if got := len(e.Columns[0].Parts); got != tt.parts {
				t.Errorf("%d parts, expected %d", got, tt.parts)
			}
			a, b := present(x), present(out.Columns[0].Num)
			if len(a) != len(b) {
				t.Errorf("%d times present, expected %d", len(b), len(a))
			}
			if d := ks(a, b); d > .01 {
				t.Errorf("KS distance %.4f", d)
			}
			var clockA, clockB, weekA, weekB []float64
			for i := range a {
				clockA, clockB = append(clockA, timePart(Clock, a[i])), append(clockB, timePart(Clock, b[i]))
				weekA, weekB = append(weekA, timePart(Weekday, a[i])), append(weekB, timePart(Weekday, b[i]))
			}
			if d := ks(clockA, clockB); d > .01 {
				t.Errorf("time of day: KS distance %.4f", d)
			}
			if d := ks(weekA, weekB); d > .02 {
				t.Errorf("weekday: KS distance %.4f", d)
			}
			for i, v := range b {
				if math.Mod(v, tt.grain) != 0 {
					t.Fatalf("row %d: %f is not a multiple of %g seconds", i, v, tt.grain)
				}
				day := math.Floor(v / 86400)
				if !tt.open(int(day), int(v-day*86400)) {
					t.Fatalf("row %d: %s is closed", i, table.FormatTime(v, ""))
				}
			}
		})
	}
}
