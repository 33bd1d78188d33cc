package recipe

import (
	"fmt"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// kind is the type of an expression.
type kind uint8

const (
	kNumber kind = iota
	kText
	kTime
	kBool
	kMissing // the word missing, which goes with every type
)

var kindWords = [...]string{"a number", "text", "a time", "true or false", "missing"}

func (k kind) String() string { return kindWords[k] }

func kindOfField(f table.Field) kind {
	switch f.Kind {
	case table.Number:
		return kNumber
	case table.Time:
		return kTime
	}
	return kText
}

const maxSQL = 100000

// compiler turns a checked tree into SQL over the columns of fields.
type compiler struct {
	fields []table.Field
	loose  bool // columns that are not known are taken for numbers
}

// compileExpression returns an expression as SQL, with its type.
func compileExpression(s string, fields []table.Field, loose bool) (sql string, k kind, err error) {
	n, err := parseExpression(s)
	if err != nil {
		return "", 0, err
	}
	return (&compiler{fields, loose}).compile(n)
}

func (c *compiler) compile(n *node) (string, kind, error) {
	sql, k, err := c.operation(n)
	if len(sql) > maxSQL { // some functions repeat their argument
		return "", 0, expressionError(n.pos, "the expression is too complicated").WithHint("split it over several derive steps")
	}
	return sql, k, err
}

func (c *compiler) operation(n *node) (string, kind, error) {
	switch n.op {
	case "number":
		return number(n.num), kNumber, nil
	case "text":
		return Literal(n.text), kText, nil
	case "true", "false":
		return n.op, kBool, nil
	case "missing":
		return "NULL", kMissing, nil
	case "column":
		return c.column(n)
	case "call":
		return c.call(n)
	case "in":
		return c.in(n)
	}
	var sql [2]string
	var k [2]kind
	for i, kid := range n.kids {
		var err error
		if sql[i], k[i], err = c.compile(kid); err != nil {
			return "", 0, err
		}
	}
	want := func(w kind) error {
		for i := range n.kids {
			if k[i] != w && k[i] != kMissing {
				return expressionError(n.pos, "%s needs %s, not %s", n.op, w, k[i]).WithHint("%s", wayTo(w, k[i]))
			}
		}
		return nil
	}
	a, b := sql[0], sql[1]
	switch n.op {
	case "is missing":
		return "(" + a + " IS NULL)", kBool, nil
	case "not":
		return "(NOT " + a + ")", kBool, want(kBool)
	case "and", "or":
		return "(" + a + " " + n.op + " " + b + ")", kBool, want(kBool)
	case "negate":
		return "(-" + a + ")", kNumber, want(kNumber)
	case "+", "-", "*":
		return "(" + a + " " + n.op + " " + b + ")", kNumber, want(kNumber)
	case "/":
		return "(" + a + " / nullif(" + b + ", 0))", kNumber, want(kNumber)
	case "%":
		return "(" + a + " % nullif(" + b + ", 0))", kNumber, want(kNumber)
	case "^":
		// A negative number has no power that is not whole.
		return fmt.Sprintf("CASE WHEN %[1]s > 0 OR %[1]s = 0 AND %[2]s >= 0 OR %[1]s < 0 AND floor(%[2]s) = %[2]s THEN pow(%[1]s, %[2]s) END", a, b), kNumber, want(kNumber)
	}
	a, b, err := c.alike(n, [2]*node{n.kids[0], n.kids[1]}, sql, k)
	return "(" + a + " " + n.op + " " + b + ")", kBool, err
}

func wayTo(want, have kind) string {
	switch {
	case want == kNumber && have == kText:
		return "repair the column to number first, or use to_number(…)"
	case want == kTime && have == kText:
		return "repair the column to date first"
	case want == kText:
		return "use to_text(…)"
	case want == kBool:
		return "compare it with something, such as x > 0"
	}
	return "choose another column"
}

// alike brings two sides of a comparison to one type: text that is a date
// compares with times.
func (c *compiler) alike(n *node, kids [2]*node, sql [2]string, k [2]kind) (a, b string, err error) {
	for i := range 2 {
		if k[i] == kTime && k[1-i] == kText && kids[1-i].op == "text" {
			t, ok := timeLiteral(kids[1-i].text)
			if !ok {
				return "", "", expressionError(kids[1-i].pos, "%q is not a date", kids[1-i].text).WithHint("write it as 2024-03-05 or 2024-03-05 14:30:00")
			}
			sql[1-i], k[1-i] = t, kTime
		}
	}
	if k[0] != k[1] && k[0] != kMissing && k[1] != kMissing {
		return "", "", expressionError(n.pos, "%s and %s cannot be compared", k[0], k[1]).WithHint("%s", wayTo(k[0], k[1]))
	}
	return sql[0], sql[1], nil
}

// timeLiteral is a date written in ISO form as SQL.
func timeLiteral(s string) (string, bool) {
	for _, l := range Layouts {
		if strings.HasPrefix(l.SQL, "%Y-%m-%d") {
			if ok, _ := l.Fits(s); ok {
				return "(" + l.ToTime(Literal(s)) + ")", true
			}
		}
	}
	return "", false
}

func (c *compiler) column(n *node) (string, kind, error) {
	field, err := find(c.fields, n.text)
	switch {
	case err == nil:
		return Ident(field.Name), kindOfField(field), nil
	case c.loose:
		return Ident(n.text), kNumber, nil
	}
	if _, ok := functions[strings.ToLower(n.text)]; ok {
		return "", 0, expressionError(n.pos, "%s is a function", n.text).WithHint("write its arguments between brackets")
	}
	e := expressionError(n.pos, "there is no column %q", n.text)
	e.Hint = "the columns are " + nameList(c.fields)
	return "", 0, e
}

func (c *compiler) in(n *node) (string, kind, error) {
	if len(n.kids) < 2 {
		return "", 0, expressionError(n.pos, "the list after in is empty").WithHint(`write: x in ("a", "b")`)
	}
	x, k, err := c.compile(n.kids[0])
	if err != nil {
		return "", 0, err
	}
	var list []string
	for _, kid := range n.kids[1:] {
		if kid.op == "negate" && kid.kids[0].op == "number" {
			kid = &node{op: "number", num: -kid.kids[0].num, pos: kid.pos}
		}
		if kid.op != "number" && kid.op != "text" {
			return "", 0, expressionError(kid.pos, "a list holds numbers and text only").WithHint("use or for other comparisons")
		}
		v, vk, err := c.compile(kid)
		if err == nil {
			_, v, err = c.alike(n, [2]*node{n.kids[0], kid}, [2]string{x, v}, [2]kind{k, vk})
		}
		if err != nil {
			return "", 0, err
		}
		list = append(list, v)
	}
	return "(" + x + " IN (" + strings.Join(list, ", ") + "))", kBool, nil
}

func (c *compiler) call(n *node) (string, kind, error) {
	fn, ok := functions[n.text]
	if !ok {
		return "", 0, expressionError(n.pos, "there is no function %q", n.text).WithHint("the functions are %s", strings.Join(FunctionNames(), ", "))
	}
	args := make([]string, len(n.kids))
	kinds := make([]kind, len(n.kids))
	for i, kid := range n.kids {
		var err error
		if args[i], kinds[i], err = c.compile(kid); err != nil {
			return "", 0, err
		}
	}
	if fn.sql == nil {
		return c.flexible(n, args, kinds)
	}
	if len(args) != fn.minArgs {
		return "", 0, expressionError(n.pos, "%s takes %d arguments, not %d", n.text, fn.minArgs, len(args)).WithHint("check the commas")
	}
	for i, want := range fn.args {
		if want == kTime && kinds[i] == kText && n.kids[i].op == "text" {
			if t, ok := timeLiteral(n.kids[i].text); ok {
				args[i], kinds[i] = t, kTime
			}
		}
		if kinds[i] == kMissing {
			args[i] = nullOf(want)
		} else if kinds[i] != want {
			return "", 0, expressionError(n.kids[i].pos, "%s takes %s, not %s", n.text, want, kinds[i]).WithHint("%s", wayTo(want, kinds[i]))
		}
	}
	return fn.sql(args), fn.result, nil
}

func nullOf(k kind) string {
	return "CAST(NULL AS " + [...]string{"DOUBLE", "VARCHAR", "TIMESTAMP", "BOOLEAN", "VARCHAR"}[k] + ")"
}

// flexible compiles the functions whose arguments may be of several types.
func (c *compiler) flexible(n *node, args []string, kinds []kind) (string, kind, error) {
	count := func(lo, hi int) error {
		if len(args) < lo || len(args) > hi {
			return expressionError(n.pos, "%s does not take %d arguments", n.text, len(args)).WithHint("it takes at least %d", lo)
		}
		return nil
	}
	alike := func(at []int) (kind, error) {
		k := kMissing
		for _, i := range at {
			if kinds[i] == kMissing {
				continue
			}
			if k != kMissing && kinds[i] != k {
				return k, expressionError(n.kids[i].pos, "%s takes values of one type, not %s and %s", n.text, k, kinds[i]).WithHint("%s", wayTo(k, kinds[i]))
			}
			k = kinds[i]
		}
		if k == kMissing {
			return k, expressionError(n.pos, "all values of %s are missing", n.text).WithHint("give one that is not")
		}
		for _, i := range at {
			if kinds[i] == kMissing {
				args[i] = nullOf(k)
			}
		}
		return k, nil
	}
	same := func(from int) (kind, error) {
		var at []int
		for i := from; i < len(kinds); i++ {
			at = append(at, i)
		}
		return alike(at)
	}
	switch n.text {
	case "case":
		return c.caseOf(n, args, kinds, alike)
	case "matches", "extract":
		return pattern(n, args, kinds)
	case "format_date":
		return formatDate(n, args, kinds)
	case "round":
		if err := count(1, 2); err != nil {
			return "", 0, err
		}
		digits := 0.0
		if len(args) == 2 {
			d := n.kids[1]
			if d.op != "number" || d.num != float64(int(d.num)) || d.num > 15 {
				return "", 0, expressionError(d.pos, "the digits of round must be a whole number from 0 to 15").WithHint("write round(x, 2)")
			}
			digits = d.num
		}
		if kinds[0] != kNumber && kinds[0] != kMissing {
			return "", 0, expressionError(n.pos, "round takes a number, not %s", kinds[0]).WithHint("%s", wayTo(kNumber, kinds[0]))
		}
		return fmt.Sprintf("round(%s, %d)", args[0], int(digits)), kNumber, nil
	case "to_text":
		if err := count(1, 1); err != nil {
			return "", 0, err
		}
		switch kinds[0] {
		case kNumber: // 3, not 3.0
			return fmt.Sprintf("CASE WHEN floor(%[1]s) = %[1]s AND abs(%[1]s) < 1e15 THEN CAST(CAST(%[1]s AS BIGINT) AS VARCHAR) ELSE CAST(%[1]s AS VARCHAR) END", args[0]), kText, nil
		case kTime:
			return fmt.Sprintf("CASE WHEN date_trunc('day', %[1]s) = %[1]s THEN strftime(%[1]s, '%%Y-%%m-%%d') ELSE strftime(%[1]s, '%%Y-%%m-%%d %%H:%%M:%%S') END", args[0]), kText, nil
		}
		return "CAST(" + args[0] + " AS VARCHAR)", kText, nil
	case "if":
		if err := count(3, 3); err != nil {
			return "", 0, err
		}
		if kinds[0] != kBool {
			return "", 0, expressionError(n.kids[0].pos, "the first argument of if must be true or false, not %s", kinds[0]).WithHint("%s", wayTo(kBool, kinds[0]))
		}
		k, err := same(1)
		return fmt.Sprintf("CASE WHEN %s THEN %s ELSE %s END", args[0], args[1], args[2]), k, err
	case "concat":
		if err := count(1, 100); err != nil {
			return "", 0, err
		}
		for i, k := range kinds {
			if k != kText && k != kMissing {
				return "", 0, expressionError(n.kids[i].pos, "concat takes text, not %s", k).WithHint("%s", wayTo(kText, k))
			}
			args[i] = "coalesce(" + args[i] + ", '')"
		}
		return "(" + strings.Join(args, " || ") + ")", kText, nil
	}
	// coalesce, min, max
	if err := count(1, 100); err != nil {
		return "", 0, err
	}
	k, err := same(0)
	name := map[string]string{"coalesce": "coalesce", "min": "least", "max": "greatest"}[n.text]
	return name + "(" + strings.Join(args, ", ") + ")", k, err
}

// find returns the field of that name; upper and lower case may differ when
// only one name fits.
func find(fields []table.Field, name string) (table.Field, error) {
	for _, f := range fields {
		if f.Name == name {
			return f, nil
		}
	}
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f, nil
		}
	}
	return table.Field{}, core.Errorf(core.NotFound, "there is no column %q", name).WithHint("the columns are %s", nameList(fields))
}

func nameList(fields []table.Field) string {
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, f.Name)
	}
	if len(names) > 30 {
		names = append(names[:30], "…")
	}
	return strings.Join(names, ", ")
}
