package encode

import (
	"math"
	"slices"
)

const daySeconds = 86400

// Calendar says on which days a column's times may fall, so that a shop
// closed on Sundays stays closed.
type Calendar struct {
	First, Last int32   // days since 1970, inclusive
	Weekdays    uint8   // bit i: weekday i (0 Monday) occurs
	Closed      []int32 // ascending days between First and Last that never occur, where that tells something
}

// A day never seen counts as closed if days that are seen have this many rows
// on average.
const rowsPerOpenDay = 20

// unevenWeek is how far, in total variation, weekdays must be from even for
// them to get a block of their own.
const unevenWeek = .04

func weekOf(day float64) (week, weekday float64) {
	week = math.Floor((day + 3) / 7)
	return week, day + 3 - 7*week
}

// fitTime splits times, seconds since 1970 with NaN for missing, into a day
// part, or week and weekday parts where days are many and weekdays differ,
// and a time-of-day part unless every time is midnight.
func fitTime(seconds []float64, cfg Config) ([]Part, *Calendar) {
	days := present(seconds)
	clock := make([]float64, len(days))
	midnight := true
	var weekday [7]float64
	for i, x := range days {
		days[i] = math.Floor(x / daySeconds)
		clock[i] = x - days[i]*daySeconds
		midnight = midnight && clock[i] == 0
		_, w := weekOf(days[i])
		weekday[int(w)]++
	}
	whole := cfg.Bins * 3 / 2
	var parts []Part
	add := func(u Unit, x []float64) {
		p := fitNumbers(x, cfg, whole, u)
		parts = append(parts, p)
	}
	var uneven float64
	for _, n := range weekday {
		uneven += math.Abs(n/float64(len(days))-1./7) / 2
	}
	sorted := slices.Clone(days)
	slices.Sort(sorted)
	distinct, count := runs(sorted)
	cal := newCalendar(distinct, count, len(days), cfg)
	if len(distinct) > 2*cfg.Bins && uneven > unevenWeek && cal.Weekdays&(cal.Weekdays-1) != 0 {
		week, weekday := make([]float64, len(days)), make([]float64, len(days))
		for i, d := range days {
			week[i], weekday[i] = weekOf(d)
		}
		add(Week, week)
		add(Weekday, weekday)
	} else {
		add(Day, sorted)
	}
	if !midnight {
		add(Clock, clock)
	}
	return parts, cal
}

func newCalendar(day []float64, count []int64, rows int, cfg Config) *Calendar {
	k := int64(cfg.MinCount)
	c := &Calendar{
		First: int32(math.Round(edgeMean(day, count, k, false))),
		Last:  int32(math.Round(edgeMean(day, count, k, true))),
	}
	for _, d := range day {
		_, w := weekOf(d)
		c.Weekdays |= 1 << uint(w)
	}
	if rows < 50 {
		c.Weekdays = 127
	}
	if rows < rowsPerOpenDay*len(day) {
		return c
	}
	for i, next := 0, c.First; i < len(day); i++ {
		for ; next < int32(day[i]); next++ {
			c.Closed = append(c.Closed, next)
		}
		next = int32(day[i]) + 1
	}
	if len(c.Closed) > 2*len(day) { // a few far-off days, not a calendar
		c.Closed = nil
	}
	return c
}

func (c *Calendar) open(day int32) bool {
	if day < c.First || day > c.Last {
		return false
	}
	if _, w := weekOf(float64(day)); c.Weekdays>>uint(w)&1 == 0 {
		return false
	}
	_, closed := slices.BinarySearch(c.Closed, day)
	return !closed
}

// nearest returns the open day nearest to day; day itself, moved into the
// calendar's range, if there is none within three weeks.
func (c *Calendar) nearest(day int32) int32 {
	day = min(max(day, c.First), c.Last)
	for d := range int32(22) {
		if c.open(day - d) {
			return day - d
		}
		if c.open(day + d) {
			return day + d
		}
	}
	return day
}

// timePart returns what a part of that unit sees of the time x.
func timePart(u Unit, x float64) float64 {
	day := math.Floor(x / daySeconds)
	switch u {
	case Day:
		return day
	case Week:
		w, _ := weekOf(day)
		return w
	case Weekday:
		_, w := weekOf(day)
		return w
	}
	return x - day*daySeconds
}

// joinTime puts times together from their parts' numbers.
func (c *Column) joinTime(parts [][]float64) []float64 {
	out := make([]float64, len(parts[0]))
	for i := range out {
		var day, clock float64
		for j := range c.Parts {
			x := parts[j][i]
			switch c.Parts[j].Unit {
			case Day:
				day = x
			case Week:
				day += 7*x - 3
			case Weekday:
				day += x
			case Clock:
				clock = x
			}
		}
		out[i] = float64(c.Days.nearest(int32(math.Round(day))))*daySeconds + clock
	}
	return out
}

// Open says whether times may fall on day, counted since 1970.
func (c *Calendar) Open(day int32) bool { return c.open(day) }
