package duck

import (
	"context"
	"encoding/json"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// dataset is what shoptwin.datasets keeps of a table.
type dataset struct {
	Columns  []ColumnInfo `json:"columns"`
	Rows     int64        `json:"rows"`
	Rejected int64        `json:"rejected"`
}

func (d *dataset) fields() []table.Field {
	fields := make([]table.Field, len(d.Columns))
	for i, c := range d.Columns {
		fields[i] = c.Field
	}
	return fields
}

// dataset returns what is kept of a table, NotFound when there is none.
func (c *conn) dataset(ctx context.Context, name string) (*dataset, error) {
	if c.above != nil {
		return c.above.dataset(ctx, name)
	}
	if d := c.known[name]; d != nil {
		return d, nil
	}
	rows, err := c.cells(ctx, "SELECT info FROM shoptwin.datasets WHERE name = "+literal(name))
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, core.Errorf(core.NotFound, "there is no dataset %q", name).
			WithHint("import a file under this name, or choose another")
	}
	d := &dataset{}
	if err := json.Unmarshal([]byte(rows[0][0].text), d); err != nil {
		return nil, core.Wrap(err, "what is kept of dataset %q", name)
	}
	if c.known != nil {
		c.known[name] = d
	}
	return d, nil
}

// keep stores what is known of a table, inside a transaction.
func (c *conn) keep(ctx context.Context, name string, d *dataset) error {
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := c.exec(ctx, "DELETE FROM shoptwin.datasets WHERE name = "+literal(name)); err != nil {
		return err
	}
	return c.exec(ctx, "INSERT INTO shoptwin.datasets VALUES ("+literal(name)+", "+literal(string(b))+")")
}

// free says whether a dataset can be made under this name; Conflict when there
// is one already, in any case of its letters.
func (c *conn) free(ctx context.Context, name string) error {
	switch {
	case strings.TrimSpace(name) == "" || len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\ufffd' }):
		return core.Errorf(core.Invalid, "%q cannot be a dataset's name", name).WithHint("use up to 200 letters, digits and signs")
	}
	rows, err := c.cells(ctx, "SELECT name FROM shoptwin.datasets WHERE lower(name) = lower("+literal(name)+")")
	if err == nil && len(rows) > 0 {
		return core.Errorf(core.Conflict, "a dataset named %q exists already", rows[0][0].text).WithHint("choose another name or delete it first")
	}
	return err
}
