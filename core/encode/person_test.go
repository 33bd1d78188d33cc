package encode

import (
	"fmt"
	"slices"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// A level of one customer with many rows is not remembered, one of many
// customers is; by text keys and numeric ones, named or found.
func TestPersons(t *testing.T) {
	const rows = 2000
	city, customer, number := make([]string, rows), make([]string, rows), make([]float64, rows)
	for i := range rows {
		who := i % 400
		customer[i], number[i] = fmt.Sprintf("C%04d", who), float64(1000+who)
		switch {
		case who == 7: // five rows, one customer
			city[i] = "Hermitage"
		case who < 7: // 30 rows, six customers but for one
			city[i] = "Nice"
		default:
			city[i] = "Lyon"
		}
	}
	for _, tt := range []struct {
		name   string
		key    *table.Column
		cfg    Config
		strict bool
	}{
		{"a text key that is found", table.NewText("customer_id", customer, nil), Config{}, true},
		{"a number that is found", table.NewNumber("CustomerID", number), Config{}, true},
		{"a column that is named", table.NewText("who", customer, nil), Config{Person: "who"}, true},
		{"a key of something else", table.NewText("who", customer, nil), Config{}, false},
		{"every value kept", table.NewText("customer_id", customer, nil), Config{MinCount: 1}, false},
	} {
		e, err := Fit(&table.Table{Name: "t", Columns: []*table.Column{tt.key, table.NewText("city", city, nil)}}, tt.cfg, source(1))
		if err != nil {
			t.Fatal(err)
		}
		levels := e.Columns[1].Parts[0].Levels
		if !slices.Contains(levels, "Lyon") || !slices.Contains(levels, "Nice") || slices.Contains(levels, "Hermitage") == tt.strict {
			t.Errorf("%s: %q is remembered", tt.name, levels)
		}
	}
	_, err := Fit(&table.Table{Name: "t", Columns: []*table.Column{table.NewText("city", city, nil)}}, Config{Person: "who"}, source(1))
	if core.KindOf(err) != core.NotFound {
		t.Errorf("a column that is not there: %v", err)
	}
}
