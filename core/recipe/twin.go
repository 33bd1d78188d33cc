package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

const (
	twinRows = 20_000    // rows of a class that a synthesizer learns from
	twinMost = 2_000_000 // rows that it makes
	twinFew  = 5         // rarer classes are not remembered by any model
)

// byTwin adds rows that a synthesizer makes to the smaller classes of a column:
// it learns the rows of all classes, up to 20,000 of each, and draws the other
// cells given the class. What makes the rows is the caller's ([Compiler.Generate]).
func (s *Step) byTwin(c *Compiler, out *Compiled, class table.Field, rows [][]string, sizes []int64, next int64) error {
	if c.Generate == nil {
		return core.Errorf(core.Unsupported, "there is no synthesizer here").WithHint("balance by smote or over")
	}
	most, total := sizes[len(sizes)-1], int64(0)
	known := &table.Column{Field: table.Field{Name: class.Name, Kind: table.Text, Role: table.Category}}
	for i, r := range rows {
		if sizes[i] < twinFew {
			return core.Errorf(core.Invalid, "class %q of column %q has %d rows, too few to learn from", shorten(r[0]), class.Name, sizes[i]).WithHint("leave the class out, or balance by over")
		}
		if total += most - sizes[i]; total > twinMost {
			return core.Errorf(core.Invalid, "more than %s rows would be made", count(twinMost)).WithHint("balance by over or under")
		}
		known.Levels = append(known.Levels, r[0])
		for range most - sizes[i] {
			known.Codes = append(known.Codes, int32(i))
		}
	}
	part := "SELECT _row, " + identList(c.Fields) + " FROM "
	if total == 0 {
		out.SQL = part + c.In
		return nil
	}
	few := twinRows
	if c.Draft {
		few = 500
	}
	x := Ident(class.Name)
	t, _, err := c.Read(fmt.Sprintf(`SELECT * FROM (SELECT _row, %s, row_number() OVER (PARTITION BY %s ORDER BY md5(CAST(_row + %d AS VARCHAR)), _row) AS "_row place" FROM %s WHERE %s IS NOT NULL) WHERE "_row place" <= %d ORDER BY _row`,
		identList(c.Fields), x, s.Seed, c.In, x, few), c.Fields)
	if err != nil {
		return err
	}
	at := -1
	for k, col := range t.Columns {
		if col.Name == class.Name {
			at = k
			t.Columns[k] = asLevels(col, known)
		}
	}
	made, err := c.Generate(c.Context, t, &table.Table{Columns: []*table.Column{known}}, uint64(s.Seed)+1)
	if err != nil {
		return err
	}
	made.Columns[at] = asKind(known, class)
	numbers := make([]int64, made.Rows())
	for i := range numbers {
		numbers[i] = next + int64(i)
	}
	name, err := c.Write(made, numbers)
	if err != nil {
		return err
	}
	out.SQL = strings.Join([]string{part + c.In, part + name}, " UNION ALL ")
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s rows of a twin were added to the smaller classes of %s; each has %s now.", count(e.RowsAfter-e.RowsBefore), class.Name, count(most))
	}
	return nil
}

// asLevels writes a column of classes as text with the levels of like.
func asLevels(col, like *table.Column) *table.Column {
	code := map[string]int32{}
	for i, l := range like.Levels {
		code[l] = int32(i)
		if x, err := strconv.ParseFloat(l, 64); err == nil && col.Kind == table.Number {
			code[strconv.FormatFloat(x, 'g', -1, 64)] = int32(i)
		}
	}
	out := &table.Column{Field: like.Field, Levels: like.Levels}
	for i := range col.Len() {
		cell := col.Cell(i)
		if col.Kind == table.Number {
			cell = strconv.FormatFloat(col.Num[i], 'g', -1, 64)
		}
		c, ok := code[cell]
		if !ok {
			c = -1
		}
		out.Codes = append(out.Codes, c)
	}
	return out
}

// asKind writes classes as a column of the field's kind.
func asKind(classes *table.Column, f table.Field) *table.Column {
	if f.Kind == table.Text {
		return &table.Column{Field: f, Levels: classes.Levels, Codes: classes.Codes}
	}
	out := &table.Column{Field: f}
	for _, c := range classes.Codes {
		x, err := strconv.ParseFloat(classes.Levels[c], 64)
		if err != nil {
			x = math.NaN()
		}
		out.Num = append(out.Num, x)
	}
	return out
}
