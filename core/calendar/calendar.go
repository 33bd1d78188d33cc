// Package calendar knows the public holidays of several countries by rule:
// fixed dates, weekdays of a month, days around Easter, and the Chinese feasts
// of 2000 to 2040 by a table. Days that a government moves or adds in one year
// are not among them.
package calendar

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
)

// Holiday is a day and what it is called in English.
type Holiday struct {
	Day  time.Time // midnight, UTC
	Name string
}

// rules of each country, one a line: 0501 a date; E-2 days from Easter Sunday;
// W11.4.4 the fourth Thursday of November (Sunday is 0, -1 the last); C0 a
// Chinese feast, C0+1 the day after; a year behind > is the first one.
var rules = map[string]string{
	"CN": "0101 New Year's Day\nC0-1 Chinese New Year's Eve\nC0 Spring Festival\nC0+1 Spring Festival\nC0+2 Spring Festival\nC4 Qingming\n0501 Labour Day\nC1 Dragon Boat Festival\nC2 Mid-Autumn Festival\n1001 National Day\n1002 National Day\n1003 National Day",
	"US": "0101 New Year's Day\nW01.1.3 Martin Luther King Day\nW02.1.3 Presidents' Day\nW05.1.-1 Memorial Day\n0619>2021 Juneteenth\n0704 Independence Day\nW09.1.1 Labor Day\nW10.1.2 Columbus Day\n1111 Veterans Day\nW11.4.4 Thanksgiving\n1225 Christmas Day",
	"GB": "0101 New Year's Day\nE-2 Good Friday\nE+1 Easter Monday\nW05.1.1 Early May Bank Holiday\nW05.1.-1 Spring Bank Holiday\nW08.1.-1 Summer Bank Holiday\n1225 Christmas Day\n1226 Boxing Day",
	"DE": "0101 New Year's Day\nE-2 Good Friday\nE+1 Easter Monday\n0501 Labour Day\nE+39 Ascension\nE+50 Whit Monday\n1003>1990 Unity Day\n1225 Christmas Day\n1226 Second Christmas Day",
	"FR": "0101 New Year's Day\nE+1 Easter Monday\n0501 Labour Day\n0508 Victory Day\nE+39 Ascension\nE+50 Whit Monday\n0714 National Day\n0815 Assumption\n1101 All Saints\n1111 Armistice\n1225 Christmas Day",
	"IT": "0101 New Year's Day\n0106 Epiphany\nE+1 Easter Monday\n0425 Liberation Day\n0501 Labour Day\n0602 Republic Day\n0815 Assumption\n1101 All Saints\n1208 Immaculate Conception\n1225 Christmas Day\n1226 Saint Stephen",
	"ES": "0101 New Year's Day\n0106 Epiphany\nE-2 Good Friday\n0501 Labour Day\n0815 Assumption\n1012 National Day\n1101 All Saints\n1206 Constitution Day\n1208 Immaculate Conception\n1225 Christmas Day",
	"NL": "0101 New Year's Day\nE+1 Easter Monday\n0427>2014 King's Day\nE+39 Ascension\nE+50 Whit Monday\n1225 Christmas Day\n1226 Second Christmas Day",
}

// Countries returns the codes of ISO 3166 that are known.
func Countries() []string { return slices.Sorted(maps.Keys(rules)) }

// Holidays returns the holidays of a country from the first year to the last,
// in order. Invalid for a country that is not known. Before 2000 and after
// 2040 China has those by the sun only.
func Holidays(country string, first, last int) ([]Holiday, error) {
	text, ok := rules[strings.ToUpper(country)]
	if !ok {
		return nil, core.Errorf(core.Invalid, "the holidays of %q are not known", country).WithHint("use one of %s, or join a table of holidays by date", strings.Join(Countries(), ", "))
	}
	var out []Holiday
	for year := first; year <= last; year++ {
		for line := range strings.SplitSeq(text, "\n") {
			rule, name, _ := strings.Cut(line, " ")
			if day, ok := day(rule, year); ok {
				out = append(out, Holiday{day, name})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	return out, nil
}

// day is the day of a rule in a year.
func day(rule string, year int) (time.Time, bool) {
	rule, since, _ := strings.Cut(rule, ">")
	if from, err := strconv.Atoi(since); err == nil && year < from {
		return time.Time{}, false
	}
	number := func(s string) int {
		n, _ := strconv.Atoi(s) // the rules are ours
		return n
	}
	switch rule[0] {
	case 'E':
		return Easter(year).AddDate(0, 0, number(rule[1:])), true
	case 'C':
		if year < 2000 || year >= 2000+len(chinese) {
			return time.Time{}, false
		}
		return dated(year, chinese[year-2000][number(rule[1:2])]).AddDate(0, 0, number(rule[2:])), true
	case 'W':
		parts := strings.Split(rule[1:], ".")
		month, weekday, nth := time.Month(number(parts[0])), time.Weekday(number(parts[1])), number(parts[2])
		if nth < 0 {
			d := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
			return d.AddDate(0, 0, -int((d.Weekday()-weekday+7)%7)), true
		}
		d := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
		return d.AddDate(0, 0, int((weekday-d.Weekday()+7)%7)+7*(nth-1)), true
	}
	return dated(year, rule), true
}

// dated is the month and day "0501" of a year.
func dated(year int, monthDay string) time.Time {
	n, _ := strconv.Atoi(monthDay) // ours
	return time.Date(year, time.Month(n/100), n%100, 0, 0, 0, 0, time.UTC)
}

// Easter is Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
