package recipe

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/calendar"
	"shoptwin/core/table"
)

// dateParts are what can be made of a time, as SQL over %[1]s.
var dateParts = map[string]string{
	"year": "year(%[1]s)", "quarter": "quarter(%[1]s)", "month": "month(%[1]s)", "week": "week(%[1]s)", "weekday": "isodow(%[1]s)", "day": "day(%[1]s)",
	"day_of_year": "dayofyear(%[1]s)", "hour": "hour(%[1]s)", "minute": "minute(%[1]s)",
	"weekend":   "CASE WHEN isodow(%[1]s) >= 6 THEN 1 WHEN %[1]s IS NOT NULL THEN 0 END",
	"month_end": "CASE WHEN %[1]s IS NOT NULL THEN CASE WHEN date_trunc('day', %[1]s) = CAST(last_day(%[1]s) AS TIMESTAMP) THEN 1 ELSE 0 END END",
	"holiday":   "", "holiday_name": "", "days_to_holiday": "",
}

// dateParts adds columns of what make names: parts of a time (weeks of ISO
// 8601, Monday the first day), and, of the holidays of country, whether the day
// is one (1 or 0), which, and how many days the next is away (0 on the day).
func (s *Step) dateParts(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	parts := s.Make
	if len(parts) == 0 {
		parts = []string{"year", "month", "weekday"}
	}
	out := &Compiled{Fields: slices.Clone(c.Fields), Costly: c.Ask != nil}
	made, from := map[string]string{}, c.In
	for i, f := range cols {
		if f.Kind != table.Time && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s, not times", f.Name, f.Kind).WithHint(`repair it first: {"do": "repair", "columns": [%q], "to": "date"}`, f.Name)
		}
		x, joined := Ident(f.Name), ""
		for _, part := range parts {
			sql, ok := dateParts[part]
			if !ok {
				return nil, core.Errorf(core.Invalid, "make: there is no part %q of a date", part).WithHint("the parts are year, quarter, month, week, weekday, day, day_of_year, hour, minute, weekend, month_end, holiday, holiday_name, days_to_holiday")
			}
			kind := table.Number
			if part == "holiday_name" {
				kind = table.Text
			}
			g, err := newField(out.Fields, f.Name+"_"+part, kind)
			if err != nil {
				return nil, err
			}
			g.Decimals = 0
			if part == "weekend" || part == "holiday" || part == "month_end" || part == "weekday" || part == "month" || part == "quarter" || part == "holiday_name" {
				g.Role = table.Category
			}
			out.Fields = append(out.Fields, g)
			if sql != "" {
				made[g.Name] = double(fmt.Sprintf(sql, x))
				continue
			}
			if joined == "" {
				if joined, err = s.holidays(c, x, i); err != nil {
					return nil, err
				}
				from += joined
			}
			made[g.Name] = Ident(fmt.Sprintf("_row %s %d", part, i))
		}
	}
	done := *c
	done.In = from
	return s.added(&done, out, made)
}

// holidays joins what is known of each day between the first and the last of x.
func (s *Step) holidays(c *Compiler, x string, place int) (join string, err error) {
	if s.Country == "" {
		return "", core.Errorf(core.Invalid, "the country of the holidays is missing").WithHint("country is one of %s", strings.Join(calendar.Countries(), ", "))
	}
	if _, err := calendar.Holidays(s.Country, 2000, 2000); err != nil || c.Write == nil {
		return "", err
	}
	n, err := c.counts(2, fmt.Sprintf("SELECT CAST(year(min(%[1]s)) AS VARCHAR), CAST(year(max(%[1]s)) AS VARCHAR) FROM %[2]s", x, c.In))
	if err != nil {
		return "", err
	}
	first, last := max(int(n[0]), 1900), min(int(n[1]), 2100)
	all, err := calendar.Holidays(s.Country, first, last+1)
	if err != nil {
		return "", err
	}
	var days, holiday, away []float64
	var names []string
	var rows []int64
	next := 0
	if len(all) > 0 {
		end := all[len(all)-1].Day
		for d := all[0].Day.AddDate(0, 0, 1-all[0].Day.YearDay()); !d.After(end); d = d.AddDate(0, 0, 1) {
			for all[next].Day.Before(d) {
				next++
			}
			name, is := "", 0.0
			if all[next].Day.Equal(d) {
				name, is = all[next].Name, 1
			}
			rows, days, names, holiday = append(rows, int64(len(rows))), append(days, float64(d.Unix())), append(names, name), append(holiday, is)
			away = append(away, all[next].Day.Sub(d).Hours()/24)
		}
	}
	missing := make([]bool, len(names))
	for i := range names {
		missing[i] = names[i] == ""
	}
	t := &table.Table{Columns: []*table.Column{table.NewTime("day", "2006-01-02", days), table.NewNumber("holiday", holiday), table.NewText("holiday_name", names, missing), table.NewNumber("days_to_holiday", away)}}
	made, err := c.Write(t, rows)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(` LEFT JOIN (SELECT day AS "_row day %[1]d", holiday AS "_row holiday %[1]d", holiday_name AS "_row holiday_name %[1]d", days_to_holiday AS "_row days_to_holiday %[1]d" FROM %[2]s) ON date_trunc('day', %[3]s) = "_row day %[1]d"`, place, made, x), nil
}
