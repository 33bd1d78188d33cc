package encode

import (
	"math"

	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

// Clock grains that are told apart: midnight only, hours, minutes, seconds,
// less.
var clockGrains = [...]float64{daySeconds, 3600, 60, 1}

// time learns a column of times: a day part and, unless all are midnights, one
// of the time of day.
func (f *private) time(out Column, c *table.Column, rho, delta float64) (Column, []Margin) {
	kinds := len(clockGrains) + 1
	count := make([]int64, 7*kinds)
	day, clock := make([]float64, len(c.Num)), make([]float64, len(c.Num))
	for i, x := range c.Num {
		day[i], clock[i] = math.NaN(), math.NaN()
		if x != x {
			continue
		}
		day[i] = math.Floor(x / daySeconds)
		clock[i] = x - day[i]*daySeconds
		k := 0
		for k < len(clockGrains) && math.Mod(clock[i], clockGrains[k]) != 0 {
			k++
		}
		_, w := weekOf(day[i])
		count[int(w)*kinds+k]++
	}
	form, sigma := f.ask(privacy.ForForm, count, rho*.08)
	rho *= .92
	cal := &Calendar{}
	by := make([]float64, kinds)
	for w := range 7 {
		var sum float64
		for k := range kinds {
			by[k] += float64(form[w*kinds+k])
			sum += float64(form[w*kinds+k])
		}
		if sum > sure*sigma*math.Sqrt(float64(kinds)) {
			cal.Weekdays |= 1 << w
		}
	}
	if cal.Weekdays == 0 {
		cal.Weekdays = 127
	}
	fine := kinds - 1
	for more := 0.; fine > 0; fine-- {
		if more += by[fine]; more > sure*sigma*math.Sqrt(float64(7*(kinds-fine))) {
			break
		}
	}
	var years []float64
	for y := range 201 {
		years = append(years, math.Round((float64(y)-70)*365.2425))
	}
	known := f.Known[c.Name]
	known.Lo, known.Hi = math.Floor(known.Lo/daySeconds), math.Floor(known.Hi/daySeconds)
	share := 1.
	if fine > 0 {
		share = .6
	}
	days, m, ok := f.number(day, rho*share, delta*share, numeric{grain: grainUnit{1, 1, 0}, edges: years, known: known, unit: Day})
	parts, margins := []Part{days}, []Margin{m}
	if ok {
		last := len(days.Hi) - 1
		cal.First, cal.Last = int32(math.Ceil(days.Lo[0])), int32(math.Floor(days.Hi[last]))
	}
	if ok && fine > 0 {
		g := grainUnit{scale: 1, step: 1}
		if fine < len(clockGrains) {
			g.step = clockGrains[fine]
		} else {
			g.step = 0
		}
		p, m, found := f.number(clock, rho*(1-share), 0, numeric{grain: g, known: Known{Lo: 0, Hi: daySeconds - max(g.step, 1)}, unit: Clock})
		if found {
			parts, margins = append(parts, p), append(margins, m)
		}
	}
	out.Days = cal
	return f.finish(out, parts, margins, ok)
}
