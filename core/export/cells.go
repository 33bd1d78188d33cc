package export

import (
	"math"
	"strconv"
	"strings"

	"shoptwin/core/table"
)

var powers = [...]float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6}

// appendNumber appends x, which is finite, as table.Column.Cell writes it.
func appendNumber(b []byte, x float64, decimals int) []byte {
	switch {
	case decimals < 0:
		if n := int64(x); float64(n) == x && n > -1e15 && n < 1e15 && (n != 0 || !math.Signbit(x)) {
			return strconv.AppendInt(b, n, 10)
		}
	case decimals < len(powers):
		scaled := math.Abs(x) * powers[decimals]
		n := math.Floor(scaled + .5)
		// Near a half the exact decimal value decides, which strconv knows;
		// below 1e11 the product is off by less than 1e-4.
		if scaled < 1e11 && math.Abs(scaled-math.Floor(scaled)-.5) > 1e-4 && (n > 0 || !math.Signbit(x)) {
			if x < 0 {
				b = append(b, '-')
			}
			whole := int64(n)
			if decimals == 0 {
				return strconv.AppendInt(b, whole, 10)
			}
			p := int64(powers[decimals])
			b = strconv.AppendInt(b, whole/p, 10)
			b = append(b, '.')
			for part := whole % p; p > 1; part %= p {
				p /= 10
				b = append(b, byte('0'+part/p))
			}
			return b
		}
	}
	return strconv.AppendFloat(b, x, 'f', decimals, 64)
}

// rounded returns x as it is written with decimals digits.
func rounded(x float64, decimals int) float64 {
	if decimals < 0 {
		return x
	}
	if decimals < len(powers) {
		scaled := x * powers[decimals]
		if n := math.Round(scaled); math.Abs(scaled) < 1e11 && math.Abs(math.Abs(scaled-n)-.5) > 1e-4 {
			return n / powers[decimals]
		}
	}
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', decimals, 64), 64)
	return y
}

// appendTime appends seconds since 1970 in layout, as table.FormatTime does.
func appendTime(b []byte, seconds float64, layout string) []byte {
	mark := byte(' ')
	switch layout {
	case "2006-01-02":
		mark = 0
	case "2006-01-02 15:04:05":
	case "", "2006-01-02T15:04:05":
		mark = 'T'
	default:
		return append(b, table.FormatTime(seconds, layout)...)
	}
	whole := math.Floor(seconds)
	if whole < -62135596800 || whole >= 253402300800 { // years 1 to 9999
		return append(b, table.FormatTime(seconds, layout)...)
	}
	days := int64(math.Floor(whole / 86400))
	rest := int(int64(whole) - days*86400)
	y, m, d := civil(days)
	b = append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
	if mark == 0 {
		return b
	}
	h, min, s := rest/3600, rest/60%60, rest%60
	return append(b, mark, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+min/10), byte('0'+min%10), ':', byte('0'+s/10), byte('0'+s%10))
}

// civil returns the date that lies days after 1970-01-01: years are counted
// from March, so that the leap day is the last, in eras of 400 years.
func civil(days int64) (year, month, day int) {
	days += 719468
	era := days / 146097
	if days < 0 {
		era = (days - 146096) / 146097
	}
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	if month > 12 {
		month -= 12
	}
	year = int(yoe + era*400)
	if month <= 2 {
		year++
	}
	return year, month, day
}

// isDate says whether layout shows no time of the day.
func isDate(layout string) bool {
	if layout == "" {
		return false
	}
	return table.FormatTime(0, layout) == table.FormatTime(86399.999999, layout)
}

// shown returns seconds as layout shows them: without a fraction, unless it
// has a place for one.
func shown(seconds float64, layout string) float64 {
	if strings.Contains(layout, "05.") || strings.Contains(layout, "05,") {
		return seconds
	}
	return math.Floor(seconds)
}
