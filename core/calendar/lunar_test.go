package calendar

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// The astronomy that the table of Chinese feasts comes from: new moons after
// Meeus, Astronomical Algorithms (1998), chapter 49, and the sun's longitude
// after chapter 25, to a few minutes; days begin at midnight in Beijing.

func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }

// newMoon is the k-th new moon after that of January 2000, as a Julian day of
// Beijing's time.
func newMoon(k float64) float64 {
	t := k / 1236.85
	e := 1 - 0.002516*t - 0.0000074*t*t
	m := 2.5534 + 29.10535670*k - 0.0000014*t*t
	p := 201.5643 + 385.81693528*k + 0.0107582*t*t
	f := 160.7108 + 390.67050284*k - 0.0016118*t*t
	o := 124.7746 - 1.56375588*k + 0.0020672*t*t
	day := 2451550.09766 + 29.530588861*k + 0.00015437*t*t
	day += -0.40720*sin(p) + 0.17241*e*sin(m) + 0.01608*sin(2*p) + 0.01039*sin(2*f) + 0.00739*e*sin(p-m) - 0.00514*e*sin(p+m) +
		0.00208*e*e*sin(2*m) - 0.00111*sin(p-2*f) - 0.00057*sin(p+2*f) + 0.00056*e*sin(2*p+m) - 0.00042*sin(3*p) + 0.00042*e*sin(m+2*f) +
		0.00038*e*sin(m-2*f) - 0.00024*e*sin(2*p-m) - 0.00017*sin(o) - 0.00007*sin(p+2*m) + 0.00004*sin(2*p-2*f) + 0.00004*sin(3*m) +
		0.00003*sin(p+m-2*f) + 0.00003*sin(2*p+2*f) - 0.00003*sin(p+m+2*f) + 0.00003*sin(p-m+2*f)
	day += 0.000325*sin(299.77+0.107408*k) + 0.000165*sin(251.88+0.016321*k) + 0.000164*sin(251.83+26.651886*k) + 0.000126*sin(349.42+36.412478*k) +
		0.000110*sin(84.66+18.206239*k) + 0.000062*sin(141.74+53.303771*k) + 0.000060*sin(207.14+2.453732*k)
	return day + 8.0/24 - 70.0/86400
}

// sun is the apparent longitude in degrees at a Julian day of Beijing's time.
func sun(day float64) float64 {
	t := (day - 8.0/24 + 70.0/86400 - 2451545) / 36525
	m := 357.52911 + 35999.05029*t - 0.0001537*t*t
	l := 280.46646 + 36000.76983*t + 0.0003032*t*t + (1.914602-0.004817*t)*sin(m) + (0.019993-0.000101*t)*sin(2*m) + 0.000289*sin(3*m)
	l += -0.00569 - 0.00478*sin(125.04-1934.136*t)
	return math.Mod(math.Mod(l, 360)+360, 360)
}

// midnight is the Julian day at which the day of a moment begins.
func midnight(day float64) float64 { return math.Floor(day-0.5) + 0.5 }

func date(day float64) time.Time {
	return time.Unix(int64(math.Round((midnight(day)-2440587.5)*86400)), 0).UTC()
}

// feasts of the year: Spring Festival, Dragon Boat (5/5), Mid-Autumn (8/15),
// Double Ninth (9/9) and Qingming, at 15 degrees.
func feasts(year int) []string {
	// The month of the winter solstice is the eleventh.
	start := math.Floor(float64(year-2000)*12.3685) - 3
	var moons []float64
	for k := start; k < start+30; k++ {
		moons = append(moons, midnight(newMoon(k)))
	}
	term := func(i int) int { return int(sun(moons[i]) / 30) } // of the month's first moment
	// A month may hold two of the sun's signs, as that of the end of 2033 does.
	solstice := func(i int) bool { return term(i) >= 6 && term(i) <= 8 && term(i+1) >= 9 }
	first, second := -1, -1
	for i := range len(moons) - 1 {
		if solstice(i) && first < 0 {
			first = i
		} else if solstice(i) && second < 0 {
			second = i
		}
	}
	leap := second-first == 13
	at := map[int]float64{}
	month := 11
	for i := first; i < second; i++ {
		if i > first {
			if leap && term(i) == term(i+1) {
				leap = false // this one has no number of its own
				continue
			}
			month = month%12 + 1
		}
		at[month] = moons[i]
	}
	day := 2451545 + float64(year-2000)*365.25 + 80
	for sun(midnight(day)+1) < 15 || sun(midnight(day)+1) > 300 {
		day++
	}
	var out []string
	for _, d := range []float64{at[1], at[5] + 4, at[8] + 14, at[9] + 8, day} {
		out = append(out, date(d).Format("0102"))
	}
	return out
}

// The committed table is what the algorithm gives.
func TestChinese(t *testing.T) {
	for year := 2000; year <= 2040; year++ {
		got := feasts(year)
		want := chinese[year-2000]
		if fmt.Sprint(got) != fmt.Sprint(want[:]) {
			t.Errorf("%d: the table says %q, the sky %q", year, want, got)
		}
	}
}

// Dates as they were kept.
func TestChineseAsKept(t *testing.T) {
	for year, want := range map[int][3]string{2020: {"0125", "0625", "1001"}, 2021: {"0212", "0614", "0921"}, 2022: {"0201", "0603", "0910"},
		2023: {"0122", "0622", "0929"}, 2024: {"0210", "0610", "0917"}, 2025: {"0129", "0531", "1006"}} {
		if got := chinese[year-2000]; [3]string(got[:3]) != want {
			t.Errorf("%d: %q, want %q", year, got, want)
		}
	}
}
