package remote

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"shoptwin/core"
)

const connectTime = 10 * time.Second

// postgres speaks PostgreSQL's protocol itself: values come as the text that
// the server writes, with all digits, row by row.
type postgres struct{ c *pgconn.PgConn }

func openPostgres(ctx context.Context, from Address, password string) (server, error) {
	u := url.URL{Scheme: "postgres", Host: from.Host, Path: "/" + from.Database, RawQuery: from.Options.Encode()}
	if from.User != "" {
		u.User = url.User(from.User)
	}
	cfg, err := pgconn.ParseConfig(u.String())
	if err != nil {
		return nil, err
	}
	if password != "" {
		cfg.Password = password
	}
	cfg.ConnectTimeout = connectTime
	for name, value := range map[string]string{
		"application_name": "shoptwin", "client_encoding": "UTF8", "default_transaction_read_only": "on",
		"TimeZone": "UTC", "DateStyle": "ISO", "IntervalStyle": "postgres", "bytea_output": "hex", "lc_monetary": "C", "extra_float_digits": "1",
	} {
		cfg.RuntimeParams[name] = value
	}
	cfg.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	c, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p := &postgres{c}
	if err := c.Exec(ctx, "BEGIN TRANSACTION READ ONLY").Close(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *postgres) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.c.Close(ctx) // only read
}

func (p *postgres) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (p *postgres) tables(ctx context.Context) (list []Table, err error) {
	err = p.stream(ctx, `SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END, c.reltuples::bigint
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
		AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2`, nil, func(cells [][]byte) error {
		rows, err := strconv.ParseInt(string(cells[3]), 10, 64)
		if err != nil {
			rows = -1
		}
		list = append(list, Table{string(cells[0]), string(cells[1]), string(cells[2]), rows})
		return nil
	})
	return list, err
}

// Types by their numbers in the server's catalogue.
var postgresKinds = map[uint32]kind{16: truth, 1114: moment, 1184: zoned, 790: money}

// stream uses the extended protocol, which takes one statement only.
func (p *postgres) stream(ctx context.Context, sql string, header func([]column) error, row func([][]byte) error) error {
	r := p.c.ExecParams(ctx, sql, nil, nil, nil, nil)
	stop := func(err error) error { // without reading the rows that are still to come
		conn := p.c.Conn()
		_ = conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
		_, _ = r.Close()
		return err
	}
	var cells [][]byte
	named := header == nil
	name := func() error {
		named = true
		fields := r.FieldDescriptions()
		cols := make([]column, len(fields))
		for i, f := range fields {
			cols[i] = column{name: f.Name, kind: postgresKinds[f.DataTypeOID]}
		}
		return header(cols)
	}
	for r.NextRow() {
		if !named {
			if err := name(); err != nil {
				return stop(err)
			}
		}
		cells = append(cells[:0], r.Values()...)
		if err := row(cells); err != nil {
			return stop(err)
		}
	}
	if !named && r.FieldDescriptions() != nil {
		if err := name(); err != nil {
			return stop(err)
		}
	}
	if _, err := r.Close(); err != nil {
		return err
	}
	if !named {
		return core.Errorf(core.Invalid, "the query gives no rows of a table").WithHint("write a SELECT")
	}
	return nil
}
