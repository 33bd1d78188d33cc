package duck

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core"
)

func TestUnderstand(t *testing.T) {
	db := open(t, "")
	var customers, orders strings.Builder
	customers.WriteString("id,mail,age,city\n")
	orders.WriteString("order_no,line,customer_id,status,paid,returned,note\n")
	for i := range 60 {
		age := 20 + i%40
		if i%15 == 0 {
			age = 999
		}
		fmt.Fprintf(&customers, "c%d,a%d@shop.example,%d,%s\n", i, i, age, []string{"York", "unknown", "Hull"}[i%3])
	}
	for i := range 240 {
		status := []string{"open", "sent", "back"}[i%3]
		fmt.Fprintf(&orders, "%d,%d,c%d,%s,%d,%s,%d\n", i/3, i%3, i*7%61%60, status, i%5, map[bool]string{true: "yes", false: "no"}[status == "back"], i%11)
	}
	load(t, db, "customers", customers.String())
	load(t, db, "orders", orders.String())
	p, err := db.Profile(ctx, "customers")
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]string{{"id"}, {"mail"}}; !reflect.DeepEqual(p.Keys, want) {
		t.Errorf("keys %q, want %q", p.Keys, want)
	}
	if p.Columns[1].Personal != "email" || p.Columns[0].Personal != "" {
		t.Errorf("personal: %q and %q", p.Columns[1].Personal, p.Columns[0].Personal)
	}
	if want := []ValueCount{{"999", 4}}; !reflect.DeepEqual(p.Columns[2].Strange, want) {
		t.Errorf("strange: %v, want %v", p.Columns[2].Strange, want)
	}
	if want := []ValueCount{{"unknown", 20}}; !reflect.DeepEqual(p.Columns[3].Strange, want) {
		t.Errorf("strange: %v, want %v", p.Columns[3].Strange, want)
	}
	if p, err = db.Profile(ctx, "orders"); err != nil || len(p.Keys) == 0 || !reflect.DeepEqual(p.Keys[0], []string{"order_no", "line"}) {
		t.Errorf("%v: keys %q", err, p.Keys)
	}
	links, err := db.Links(ctx)
	if err != nil || len(links) != 1 || links[0] != (Link{"orders", "customer_id", "customers", "id", 1, 60}) {
		t.Errorf("%v: links %v", err, links)
	}
	found, err := db.Leaks(ctx, "orders", "returned")
	if err != nil || len(found) != 2 || found[0].Column != "line" || found[1].Column != "status" || found[1].Share != 1 {
		t.Errorf("%v: leaks %+v", err, found)
	}
	if found, err = db.Leaks(ctx, "orders", "note"); err != nil || len(found) != 0 {
		t.Errorf("%v: leaks %+v", err, found)
	}
	if _, err = db.Leaks(ctx, "orders", "nothing"); core.KindOf(err) != core.NotFound {
		t.Error(err)
	}
}

// The figures of columns that are asked about together are those of each.
func TestProfileWide(t *testing.T) {
	db := open(t, "")
	header, rows := []string{}, make([][]string, 200)
	for k := range 150 {
		header = append(header, fmt.Sprintf("c%d", k))
		for i := range rows {
			rows[i] = append(rows[i], itoa(i*(k+1)%101))
		}
	}
	text := strings.Join(header, ",") + "\n"
	for _, r := range rows {
		text += strings.Join(r, ",") + "\n"
	}
	load(t, db, "d", text)
	p, err := db.Profile(ctx, "d")
	if err != nil {
		t.Fatal(err)
	}
	for k, col := range p.Columns {
		lo, total, n, top := 1e9, 0.0, int64(0), map[string]int64{}
		for _, r := range rows {
			lo, total = min(lo, num(r[k])), total+num(r[k])
			top[r[k]]++
		}
		for _, bar := range col.Histogram {
			n += bar.Count
		}
		if *col.Min != lo || *col.Mean-total/200 > 1e-9 || n != 200 || col.Distinct != int64(len(top)) || col.Top[0].Count != top[col.Top[0].Value] {
			t.Fatalf("column %d: %+v", k, col)
		}
	}
}

// A till's report as it comes: a title above, dates in three ways, money with
// signs, goods that came back, a last line that adds up.
func TestTillReport(t *testing.T) {
	var in strings.Builder
	in.WriteString("某某超市销售报表,,,,,\n导出时间：2026-10-01,,,,,\n日期,会员号,手机,商品,数量,金额\n")
	for i := range 300 {
		day := fmt.Sprintf([]string{"2026/%d/%d", "2026-%02d-%02d", "2026年%d月%d日"}[i%3], 1+i%9, 1+i%28)
		q := 1 + i%3
		if i%7 == 0 {
			q = -1
		}
		fmt.Fprintf(&in, "%s,M%05d,138%08d,%s,%d,%s%.2f\n", day, i%40, i*7919, []string{"苹果", "牛奶"}[i%2], q, []string{"￥", ""}[i%2], float64(q)*3.5)
	}
	in.WriteString("合计,,,,410,￥1435.00\n")
	db := open(t, "")
	imp := load(t, db, "till", in.String())
	if imp.Rows != 300 || imp.Rejected != 1 {
		t.Fatalf("%d rows, %d set aside", imp.Rows, imp.Rejected)
	}
	p, err := db.Profile(ctx, "till")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ role, problem string }{
		{"category", "Dates are written in several ways"}, {"key", ""}, {"key", "data of persons (phone)"}, {"category", ""},
		{"measure", "below 0, down to -1"}, {"category", "repair the column to number"},
	} {
		c := p.Columns[i]
		if problems := strings.Join(c.Problems, " "); c.Role.String() != want.role || !strings.Contains(problems, want.problem) || want.problem == "" && problems != "" {
			t.Errorf("%s: %v, %q; want %s, %q", c.Name, c.Role, problems, want.role, want.problem)
		}
	}
}
