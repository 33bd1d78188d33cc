package calendar

import (
	"testing"

	"shoptwin/core"
)

func TestHolidays(t *testing.T) {
	for _, tt := range []struct {
		country, day, name string
	}{
		{"US", "2024-11-28", "Thanksgiving"}, {"US", "2024-05-27", "Memorial Day"}, {"US", "2021-06-19", "Juneteenth"}, {"US", "2024-01-15", "Martin Luther King Day"},
		{"GB", "2024-03-29", "Good Friday"}, {"GB", "2024-08-26", "Summer Bank Holiday"}, {"DE", "2024-05-09", "Ascension"}, {"DE", "2025-06-09", "Whit Monday"},
		{"FR", "2024-04-01", "Easter Monday"}, {"cn", "2024-02-09", "Chinese New Year's Eve"}, {"CN", "2033-01-31", "Spring Festival"}, {"CN", "2034-09-27", "Mid-Autumn Festival"},
		{"CN", "2024-04-04", "Qingming"}, {"NL", "2024-04-27", "King's Day"},
	} {
		all, err := Holidays(tt.country, 2020, 2036)
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for i, h := range all {
			if h.Day.Format("2006-01-02") == tt.day {
				found = h.Name
			}
			if i > 0 && h.Day.Before(all[i-1].Day) {
				t.Errorf("%s: out of order", tt.country)
			}
		}
		if found != tt.name {
			t.Errorf("%s %s: %q, want %q", tt.country, tt.day, found, tt.name)
		}
	}
	if _, err := Holidays("XX", 2020, 2021); core.KindOf(err) != core.Invalid {
		t.Error(err)
	}
	if all, err := Holidays("US", 2020, 2020); err != nil || len(all) != 10 {
		t.Errorf("%v: %d holidays before Juneteenth was one", err, len(all))
	}
}

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{1961: "04-02", 2000: "04-23", 2008: "03-23", 2011: "04-24", 2024: "03-31", 2025: "04-20", 2038: "04-25"} {
		if got := Easter(year).Format("01-02"); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}
